import Adw from 'gi://Adw';
import { cameraChoices, frameRateChoices, modelChoices, resolutionChoices } from '../view/camera.js';
import type { Translate } from '../view/words.js';
import { ChoiceRow } from './combo.js';
import type { Control } from './control.js';

/** Camera, size, rate and model. A service that lacks one of them has no row for it. */
export class CameraPage {
  readonly page: Adw.PreferencesPage;
  private readonly camera: ChoiceRow;
  private readonly resolution: ChoiceRow;
  private readonly rate: ChoiceRow;
  private readonly model: ChoiceRow;
  private models: readonly Readonly<Record<string, unknown>>[] | undefined;
  private asked = false;

  constructor(
    private readonly control: Control,
    private readonly translate: Translate,
  ) {
    const _ = translate;
    this.page = new Adw.PreferencesPage({
      title: _('Camera'),
      icon_name: 'camera-web-symbolic',
      name: 'camera',
    });
    this.camera = new ChoiceRow(_('Camera'), (id) => {
      void control.attempt(async (proxy, cancellable) => {
        await proxy.SetCamera(id, cancellable);
        // Only the list says which one was chosen.
        await control.service.refresh('with-cameras');
      });
    });
    this.resolution = new ChoiceRow(
      _('Resolution'),
      (id) => void control.attempt((proxy, cancellable) => proxy.setResolution(id, cancellable)),
    );
    this.rate = new ChoiceRow(
      _('Frame Rate'),
      (id) => void control.attempt((proxy, cancellable) => proxy.setFrameRate(Number(id), cancellable)),
    );
    this.model = new ChoiceRow(
      _('Model'),
      (id) => void control.attempt((proxy, cancellable) => proxy.SetModel(id, cancellable)),
    );
    // The size that says what it costs would not fit beside the title.
    this.model.row.use_subtitle = true;
    const group = new Adw.PreferencesGroup();
    for (const { row } of [this.camera, this.resolution, this.rate]) group.add(row);
    this.page.add(group);
    const models = new Adw.PreferencesGroup({
      description: _('Finds you in the picture. Larger models need more of the processor.'),
    });
    models.add(this.model.row);
    this.page.add(models);
  }

  sync(): void {
    const { state } = this.control;
    const _ = this.translate;
    this.page.sensitive = state.running;
    void this.askModels();
    this.show(this.camera, this.control.has('SetCamera') ? cameraChoices(state, _) : undefined);
    this.show(this.resolution, resolutionChoices(state, _));
    this.show(this.rate, frameRateChoices(state, _));
    this.show(this.model, modelChoices(this.models, state.properties.Model, _));
  }

  private show(row: ChoiceRow, choices: Parameters<ChoiceRow['sync']>[0] | undefined): void {
    row.row.visible = choices !== undefined;
    if (choices !== undefined) row.sync(choices);
  }

  private async askModels(): Promise<void> {
    if (this.asked || !this.control.has('ListModels')) return;
    this.asked = true;
    this.models = await this.control.attempt((proxy, cancellable) => proxy.ListModels(cancellable));
    this.sync();
  }
}
