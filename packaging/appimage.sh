#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
#
# packaging/appimage.sh BUILD [FOLDER]: makes FOLDER/AppDir (here: .) of a build folder, with all that the programs load
# except what every desktop has in a version of its own, and from it an AppImage, where appimagetool is on the PATH.
# Nothing is downloaded: appimagetool fetches its runtime by itself, unless APPIMAGE_RUNTIME names the file.
# What it runs on is at least as new as the system that it was built on: build on the oldest (Debian 12).
#
# The AppImage is the desktop application; called as conda-oci (by a link of that name), it is the command line.
set -euo pipefail
if [ ! -e "${1:-}/CMakeCache.txt" ]; then
    echo "usage: packaging/appimage.sh BUILD [FOLDER]" >&2
    exit 2
fi
build=$(cd "$1" && pwd)
mkdir -p "${2:-.}"
folder=$(cd "${2:-.}" && pwd)
name=dev.conda_oci_mirror.CondaOciMirror
version=$(sed -n 's/^CMAKE_PROJECT_VERSION:[A-Z]*=//p' "$build/CMakeCache.txt")
app=$folder/AppDir
rm -rf "$app"

DESTDIR=$app cmake --install "$build" --prefix /usr --component program --strip >/dev/null

for tool in patchelf ldd; do
    command -v $tool >/dev/null || { echo "Missing: $tool" >&2; exit 2; }
done
plugins=$(qtpaths6 --query QT_INSTALL_PLUGINS 2>/dev/null || qmake6 -query QT_INSTALL_PLUGINS)
mkdir -p "$app/usr/plugins" "$app/usr/lib"
# Where one of these is not there, Qt does without: wayland and styles are in packages of their own.
(
    cd "$plugins"
    shopt -s nullglob
    for file in platforms/libq{xcb,offscreen,wayland}*.so wayland-*/*.so xcbglintegrations/*.so platforminputcontexts/*.so \
        platformthemes/libqxdgdesktopportal*.so styles/*.so imageformats/libqsvg*.so iconengines/*.so tls/*.so; do
        install -D -m 644 "$file" "$app/usr/plugins/$file"
    done
)
# Qt's own texts in the languages that the program has.
translations=$(qtpaths6 --query QT_INSTALL_TRANSLATIONS 2>/dev/null || qmake6 -query QT_INSTALL_TRANSLATIONS)
for file in "$(dirname "$0")"/../resources/translations/*.ts; do
    language=$(basename "$file" .ts)
    file=$translations/qtbase_${language##*_}.qm
    [ ! -f "$file" ] || install -D -m 644 -t "$app/usr/translations" "$file"
done
[ -f "$app/usr/plugins/platforms/libqxcb.so" ] || { echo "Qt's plugins are not in $plugins" >&2; exit 1; }

# The base of every Linux desktop, from the excludelist of the AppImage project: these talk to the kernel, the graphics
# driver, the display or its fonts and settings, and must be those of the machine. OpenSSL goes along: Debian 12 has 3.0.
base='^(ld-linux.*|linux-vdso|lib(c|m|dl|rt|pthread|resolv|util|anl|nsl|nss_.*|BrokenLocale|mvec|thread_db|cidn)|libstdc\+\+|libgcc_s'
base+='|lib(GL|EGL|GLX|OpenGL|GLdispatch|GLESv2|drm|gbm|glapi|vulkan)|lib(ICE|SM|X11|X11-xcb|Xau|Xdmcp|Xext|Xrender|xcb|xcb-dri[23]|xcb-glx)'
base+='|libwayland-client|lib(fontconfig|freetype|harfbuzz|fribidi|expat|z|uuid|com_err|usb-.*|asound|jack))\.so'
# Loaded by name at run time: libssl by Qt, libsecret (the keychain) by QtKeychain.
for file in libssl.so.3 libsecret-1.so.0; do
    library=$(ldconfig -p | grep -F "$file (" | sed -n 's/.* => //p' | head -n 1)
    [ -n "$library" ] || { echo "Missing: $file" >&2; exit 1; }
    install -m 644 "$library" "$app/usr/lib/"
done

needed=$(find "$app/usr/bin" "$app/usr/plugins" "$app/usr/lib" -type f -exec ldd {} + 2>/dev/null)
if grep 'not found' <<<"$needed" >&2; then exit 1; fi
while IFS= read -r library; do
    [[ $(basename "$library") =~ $base ]] || install -m 644 "$library" "$app/usr/lib/"
done < <(sed -n 's/.* => \(\/[^ ]*\).*/\1/p' <<<"$needed" | sort -u)

# Paths in the files, not LD_LIBRARY_PATH, which credential helpers and browsers that are started would inherit.
patchelf --force-rpath --set-rpath "\$ORIGIN/../lib" "$app"/usr/bin/*
patchelf --force-rpath --set-rpath "\$ORIGIN" "$app"/usr/lib/*.so*
find "$app/usr/plugins" -name '*.so' -exec patchelf --force-rpath --set-rpath "\$ORIGIN/../../lib" {} +

# What the licences of the libraries ask for, and which versions they are of (SECURITY.md).
if command -v dpkg-query >/dev/null; then
    (cd "$app/usr/lib" && printf '*/%s\n' *.so*) | { xargs dpkg-query --search 2>/dev/null || true; } | sed 's/:.*//' | sort -u |
        while IFS= read -r package; do
            install -D -m 644 -t "$app/usr/share/doc/$package" "/usr/share/doc/$package/copyright"
            dpkg-query --show "$package"
        done | sed 's/:[^\t]*//' >"$app/usr/share/doc/conda-oci-mirror/bundled"
fi

# Qt tries these names first, which systems with OpenSSL's headers have for a version of their own.
ln -s libssl.so.3 "$app/usr/lib/libssl.so"
ln -s libcrypto.so.3 "$app/usr/lib/libcrypto.so"

printf '[Paths]\nPrefix = ..\nPlugins = plugins\nTranslations = translations\n' >"$app/usr/bin/qt.conf"
cat >"$app/AppRun" <<'RUN'
#!/bin/sh
# The name that the AppImage was called by chooses the program.
here=$(dirname "$(readlink -f "$0")")
case $(basename "${ARGV0:-$0}") in
conda-oci) exec "$here/usr/bin/conda-oci" "$@" ;;
*) exec "$here/usr/bin/conda-oci-mirror" "$@" ;;
esac
RUN
chmod 755 "$app/AppRun"
cp "$app/usr/share/applications/$name.desktop" "$app/"
cp "$app/usr/share/icons/hicolor/256x256/apps/$name.png" "$app/"
ln -s "$name.png" "$app/.DirIcon"
echo "$app: $(du -sm "$app" | cut -f 1) MB, $(find "$app/usr/lib" -maxdepth 1 -type f | wc -l) libraries"

if ! command -v appimagetool >/dev/null; then
    echo "No AppImage: appimagetool is not on the PATH (https://github.com/AppImage/appimagetool)." >&2
    exit 0
fi
output=$folder/conda-oci-mirror-$version-$(uname -m).AppImage
appimagetool ${APPIMAGE_RUNTIME:+--runtime-file "$APPIMAGE_RUNTIME"} "$app" "$output"
echo "$output"
