{
  "targets": [{
    "target_name": "backscrub_native",
    "sources": ["<!@(ls -1 src/*.cc src/effects/*.cc)"],
    "include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")"],
    "defines": ["NAPI_VERSION=9", "NAPI_DISABLE_CPP_EXCEPTIONS", "NODE_ADDON_API_DISABLE_DEPRECATED"],
    "cflags": ["-O3", "-fno-math-errno", "-fno-trapping-math", "-fno-signed-zeros", "-ffinite-math-only", "-Wall", "-Wextra", "-fvisibility=hidden"],
    "cflags_cc": ["-std=c++20", "-fno-exceptions", "-fno-rtti"],
    "cflags_cc!": ["-std=gnu++17", "-std=gnu++20"],
    "ldflags": ["-Wl,-Bsymbolic", "-Wl,--exclude-libs,ALL"],
    "libraries": ["-lyuv", "-ljpeg"]
  }, {
    "target_name": "backscrub-confine",
    "type": "executable",
    "sources": ["src/confine/main.cc", "src/confine/named_file.cc", "src/denied_calls.cc", "src/landlock.cc"],
    "cflags": ["-O2", "-Wall", "-Wextra"],
    "cflags_cc": ["-std=c++20", "-fno-exceptions", "-fno-rtti"],
    "cflags_cc!": ["-std=gnu++17", "-std=gnu++20"],
    "ldflags!": ["-rdynamic"],
    "ldflags": ["-static-libgcc", "-static-libstdc++"]
  }]
}
