# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
#
# What building, running and testing need, in one place; sourced by run.sh and test.sh.

build_packages=(
    g++ cmake ninja-build pkg-config ccache ca-certificates xz-utils
    qt6-base-dev qt6-svg-dev qt6-tools-dev qt6-tools-dev-tools qt6-l10n-tools qt6-translations-l10n libsimdjson-dev libyaml-cpp-dev libcli11-dev libssl-dev libzstd-dev zlib1g-dev
    qtkeychain-qt6-dev libgl-dev libxkbcommon-dev
)
# KArchive for Qt 6: packaged, or built from source with these (packaging/karchive.sh).
karchive_packages=(libkf6archive-dev)
karchive_build_packages=(extra-cmake-modules libbz2-dev liblzma-dev dpkg-dev curl)
test_packages=(
    docker-registry skopeo conda-package-handling apache2-utils libfaketime python3 zstd bzip2 curl tar procps
    xvfb openbox xdotool xauth fonts-dejavu-core trayer
    gnome-keyring dbus libsecret-1-0 openssl doxygen mold
    lintian rpm man-db groff fish zsh mkdocs jq
    desktop-file-utils appstream shared-mime-info libxml2-utils libglib2.0-bin nsis binutils-mingw-w64-x86-64 mingw-w64-common
    shellcheck yamllint python3-yaml patchelf
)
# libFuzzer and the sanitizers of clang, of the distribution's own version.
fuzz_packages=(clang libclang-rt-dev lld)
# How the folder with the fuzz targets and the core's tests under sanitizers is configured.
sanitized=(-DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ -DCONDAOCI_FUZZ=ON)

# need_packages NAME...: installs those that are missing, as root or through sudo; asks nothing, and without anything missing touches nothing.
need_packages() {
    local missing=() name
    for name in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || { echo "Run this as root, or install first: ${missing[*]}" >&2; exit 2; }
        as_root=(sudo)
    fi
    echo "Installing: ${missing[*]}"
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# No pipe into grep -q: it would end before apt-cache does, which counts as a failure under pipefail.
has_candidate() { [[ "$(LC_ALL=C apt-cache policy "$1" 2>/dev/null)" == *"Candidate: "[0-9]* ]]; }

need_build_packages() {
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        cat >&2 <<'END'
This script installs what it needs on Debian and Ubuntu. On another system install these, then run
  cmake --preset release && cmake --build --preset release
  Fedora    dnf install gcc-c++ cmake ninja-build qt6-qtbase-devel qt6-qtsvg-devel qt6-qttools-devel kf6-karchive-devel qtkeychain-qt6-devel simdjson-devel yaml-cpp-devel
            cli11-devel openssl-devel libzstd-devel zlib-devel
  Arch      pacman -S base-devel cmake ninja qt6-base qt6-svg qt6-tools karchive qtkeychain-qt6 simdjson yaml-cpp cli11 openssl zstd zlib
  macOS     brew install cmake ninja qt karchive qtkeychain simdjson yaml-cpp cli11 openssl zstd
  Windows   vcpkg install qtbase qtsvg qttools "kf6archive[zstd]" qtkeychain-qt6 simdjson yaml-cpp cli11 openssl zstd zlib
END
        exit 2
    fi
    need_packages "${build_packages[@]}"
    if has_candidate "${karchive_packages[0]}"; then
        need_packages "${karchive_packages[@]}"
    else
        need_packages "${karchive_build_packages[@]}"
    fi
}

# debian_source SUITE PACKAGE FOLDER: downloads a source package of a Debian release into the folder, through a private source
# list with the system's own first server: apt's configuration stays untouched.
debian_source() {
    command -v apt-get >/dev/null || return 1
    local apt=$3/apt uri keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    mkdir -p "$apt/parts" "$apt/lists/partial" "$apt/cache/archives/partial"
    uri=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Origin: Debian' 2>/dev/null | sed -n 1p)
    [ -n "$uri" ] && [ -e "$keyring" ] || return 1
    printf 'Types: deb-src\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' "$uri" "$1" "$keyring" >"$apt/parts/source.sources"
    local options=(-qq -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$apt/parts"
        -o "Dir::State::Lists=$apt/lists" -o "Dir::Cache=$apt/cache" -o APT::Sandbox::User=root)
    apt-get "${options[@]}" update || return 1
    (cd "$3" && apt-get "${options[@]}" source --download-only "$2") >/dev/null 2>&1
}
