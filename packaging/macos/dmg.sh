#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
#
# packaging/macos/dmg.sh BUILD [OUTPUT]: makes a disk image of the application in a build folder, with conda-oci in the
# bundle beside the window's program. macdeployqt of the Qt that was built with must be on the PATH.
#
# Signing and notarisation. Without both, Gatekeeper refuses the application on other Macs; the image is made all the same,
# with an ad-hoc signature, and this says so.
#   CODESIGN_IDENTITY   "Developer ID Application: NAME (TEAM)", whose certificate and key are in an unlocked keychain
#   NOTARY_PROFILE      what `xcrun notarytool store-credentials NOTARY_PROFILE` keeps in the keychain, or these three:
#   NOTARY_KEY, NOTARY_KEY_ID, NOTARY_ISSUER   file, id and issuer of a key for App Store Connect's API (role: Developer)
# Apple's notary looks at what was signed with the hardened runtime and a time stamp, and answers in minutes; its ticket is
# stapled to the image, so that Gatekeeper needs no network. `xcrun notarytool log ID` says why something was refused.
#
# entitlements.plist is as small as can be. It says what little we ask for; outside the sandbox network and keychain are
# open anyway. It names no keychain-access-groups: without a provisioning profile macOS ends a program that does. It has no
# comments, since codesign's parser refuses them.
set -euo pipefail
if [ ! -e "${1:-}/CMakeCache.txt" ]; then
    echo "usage: $0 BUILD [OUTPUT]" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
version=$(sed -n 's/^CMAKE_PROJECT_VERSION:[A-Z]*=//p' "$build/CMakeCache.txt")
output=${2:-conda-oci-mirror-$version-macos-$(uname -m).dmg}
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

cmake --install "$build" --prefix "$stage/installed" --component program
app="$stage/image/Conda OCI Mirror.app"
mkdir -p "$stage/image"
mv "$stage/installed/conda-oci-mirror.app" "$app"
mv "$stage/installed/bin/conda-oci" "$app/Contents/MacOS/"
cp "$here/../../LICENSE" "$app/Contents/Resources/"
macdeployqt "$app" -executable="$app/Contents/MacOS/conda-oci" -verbose=1
# Qt's own texts, which macdeployqt leaves out.
translations=$(qtpaths --query QT_INSTALL_TRANSLATIONS)
mkdir "$app/Contents/Resources/translations"
cp "$translations"/qtbase_{de,en}.qm "$app/Contents/Resources/translations/"
echo "Translations = Resources/translations" >>"$app/Contents/Resources/qt.conf"

# An empty one is no lower bound: Finder would start the application on systems whose libraries it does not fit.
minimum=$(plutil -extract LSMinimumSystemVersion raw "$app/Contents/Info.plist")
[ -n "$minimum" ] || { echo "Configure with -DCMAKE_OSX_DEPLOYMENT_TARGET=…, the system that Qt was built for" >&2; exit 1; }

# From the inside out, since a signature covers those within; --deep is not for signing.
sign() {
    if [ -n "${CODESIGN_IDENTITY:-}" ]; then
        codesign --force --timestamp --options runtime --sign "$CODESIGN_IDENTITY" "$@"
    else
        codesign --force --sign - "$@"
    fi
}
find "$app/Contents" -type f \( -name '*.dylib' -o -name '*.so' \) -print0 | while IFS= read -r -d '' library; do sign "$library"; done
find "$app/Contents/Frameworks" -maxdepth 1 -name '*.framework' -print0 | while IFS= read -r -d '' framework; do sign "$framework"; done
sign --entitlements "$here/entitlements.plist" "$app/Contents/MacOS/conda-oci"
sign --entitlements "$here/entitlements.plist" "$app"
codesign --verify --deep --strict "$app"
# What is missing in the bundle, or is of another architecture, shows here and not on a user's machine.
"$app/Contents/MacOS/conda-oci" --version

ln -s /Applications "$stage/image/Applications"
rm -f "$output"
hdiutil create -quiet -volname "Conda OCI Mirror $version" -srcfolder "$stage/image" -format UDZO "$output"

if [ -z "${CODESIGN_IDENTITY:-}" ]; then
    echo "Not signed: CODESIGN_IDENTITY is not set. Gatekeeper will refuse $output on other Macs." >&2
    exit 0
fi
codesign --timestamp --sign "$CODESIGN_IDENTITY" "$output"
if [ -n "${NOTARY_PROFILE:-}" ]; then
    account=(--keychain-profile "$NOTARY_PROFILE")
elif [ -n "${NOTARY_KEY:-}" ]; then
    account=(--key "$NOTARY_KEY" --key-id "$NOTARY_KEY_ID" --issuer "$NOTARY_ISSUER")
else
    echo "Not notarised: neither NOTARY_PROFILE nor NOTARY_KEY is set. Gatekeeper will warn of $output." >&2
    exit 0
fi
xcrun notarytool submit "$output" "${account[@]}" --wait
xcrun stapler staple "$output"
spctl --assess --type open --context context:primary-signature --verbose "$output"
