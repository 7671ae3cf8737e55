// What a page of video calls does: it looks for the camera called LABEL, plays it for SECONDS, counts its frames, and sends
// what it saw to browse.mjs: a picture at the first frame and every two seconds from then on, a report at the end.
// /?label=LABEL&seconds=SECONDS
const query = new URLSearchParams(location.search);
const devices = navigator.mediaDevices;
const size = { width: { ideal: 1280 }, height: { ideal: 720 } };

async function cameras() {
  return (await devices.enumerateDevices()).filter(({ kind }) => kind === 'videoinput');
}

function stop(stream) {
  for (const track of stream.getTracks()) track.stop();
}

/** Names are told only to a page that may use cameras; the first one asked for is any. */
async function findCamera(label) {
  const wanted = (camera) => camera.label.includes(label);
  const known = (await cameras()).find(wanted);
  if (known) return known;
  stop(await devices.getUserMedia({ video: true }));
  const all = await cameras();
  const found = all.find(wanted);
  if (!found)
    throw new Error(`no camera is called ${label}: ${all.map((camera) => camera.label).join(', ')}`);
  return found;
}

async function sendPicture(video) {
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d').drawImage(video, 0, 0);
  const picture = await new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
  await fetch('/picture', { method: 'POST', body: picture });
}

async function watch() {
  const camera = await findCamera(query.get('label'));
  const stream = await devices.getUserMedia({ video: { ...size, deviceId: { exact: camera.deviceId } } });
  const [track] = stream.getVideoTracks();
  const events = [];
  for (const name of ['mute', 'ended']) track.addEventListener(name, () => events.push(name));
  const video = document.querySelector('video');
  let frames = 0;
  let start;
  const first = new Promise((resolve) => {
    const count = (now) => {
      if (frames++ === 0) start = now;
      resolve();
      video.requestVideoFrameCallback(count);
    };
    video.requestVideoFrameCallback(count);
  });
  video.srcObject = stream;
  await video.play();
  await first;
  const end = start + 1000 * Number(query.get('seconds'));
  while (performance.now() < end) {
    const next = performance.now() + 2000;
    await sendPicture(video);
    await new Promise((resolve) => setTimeout(resolve, next - performance.now()));
  }
  const seconds = (performance.now() - start) / 1000;
  const { width, height } = track.getSettings();
  stop(stream);
  return { label: track.label, width, height, frames, seconds, events };
}

const report = await watch().catch(({ name, message }) => ({ error: `${name}: ${message}` }));
await fetch('/report', { method: 'POST', body: JSON.stringify(report) });
