#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
#
# fresh_root.sh SUITE FOLDER: runs the README's first command and builds the .deb in a new Debian SUITE (bookworm, trixie), and
# tries it in another one, both below FOLDER: apt resolves what it depends on, the sample channel is mirrored, the window opens and is photographed
# (FOLDER/SUITE.png), the package is upgraded with the user's settings and passwords kept, and removed with nothing left behind.
# Needs root, debootstrap, 6 GB, and twenty minutes on two cores. What is in the clone but not committed is not tried.
set -euo pipefail
suite=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
cd "$(dirname "$0")/../.."

uri=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Origin: Debian' | sed -n 1p)
base=$folder/$suite-base
work=$folder/$suite-build
user=$folder/$suite-user

mounted=()
enter() { # enter ROOT COMMAND...: as root, in the root, with nothing of this machine's environment
    local root=$1
    shift
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"
}
begin() { # begin ROOT: a copy of the base
    umount "$1/proc" 2>/dev/null || true # of a run that was killed
    rm -rf "$1"
    cp -a "$base" "$1"
    mount -t proc proc "$1/proc"
    mounted+=("$1/proc")
    cp /etc/resolv.conf "$1/etc/"
    for file in /etc/apt/apt.conf.d/*proxy* /etc/hosts; do [ ! -e "$file" ] || cp "$file" "$1$file"; done
}
trap 'for place in "${mounted[@]}"; do umount "$place"; done' EXIT

step() { printf '\n== %s\n' "$*"; }

if [ ! -e "$base/etc/debian_version" ]; then
    step "A new Debian $suite"
    debootstrap --variant=minbase "$suite" "$base" "$uri" >"$folder/debootstrap.log" 2>&1 || { tail "$folder/debootstrap.log"; exit 1; }
fi

step "The package is built there"
begin "$work"
git clone -q . "$work/root/project"
enter "$work" bash -euc '
    cd /root/project
    packaging/run.sh >/root/log 2>&1 || { tail -40 /root/log; exit 1; }
    tail -12 /root/log
    . packaging/dependencies.sh
    need_packages git file dpkg-dev
    git config --global --add safe.directory "*"
    cd build
    cpack -G DEB >>/root/log 2>&1 || { tail -40 /root/log; exit 1; }
    cpack -G DEB -B newer -D CPACK_PACKAGE_VERSION=99.0 >>/root/log 2>&1
'
begin "$user"
cp "$work"/root/project/build/*.deb "$user/root/first.deb"
cp "$work"/root/project/build/newer/*.deb "$user/root/newer.deb"
cp -r resources/sample-channel "$user/root/channel"
cp "$work"/root/project/build/*.deb "$folder/$suite.deb"

step "It is installed, used, upgraded and removed"
enter "$user" bash -euc '
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends xvfb xauth xdotool imagemagick x11-utils fonts-dejavu-core \
        dbus gnome-keyring docker-registry apache2-utils >/dev/null 2>&1
    htpasswd -Bbc /root/accounts me a-password 2>/dev/null
    printf "%s\n" "version: 0.1" "storage: {filesystem: {rootdirectory: /root/registry}}" "http: {addr: \"127.0.0.1:5055\"}" \
        "auth: {htpasswd: {realm: test, path: /root/accounts}}" >/root/registry.yml
    signed() { # signed COMMAND: in a session with an unlocked keychain, beside a registry that asks who one is
        dbus-run-session -- bash -euc "
            printf keychain | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
            docker-registry serve /root/registry.yml >/dev/null 2>&1 & registry=\$!
            trap \"kill \$registry\" EXIT
            sleep 2
            $1"
    }
    list() { find /usr /etc /opt /var /root -xdev \( -type f -o -type l -o -type d \) | grep -v -e ^/var/cache -e ^/var/log -e ^/var/lib/apt -e ^/var/lib/dpkg -e ^/root | sort; }
    apt-mark showmanual | sort >/root/manual
    list >/root/before
    apt-get install -y -qq --no-install-recommends /root/first.deb >/dev/null 2>&1
    conda-oci --version
    conda-oci mirror -c /root/channel --as sample --registry oci-layout:/root/mirror | tail -2
    conda-oci pull-cache -c sample -s linux-64 -s noarch --all-versions --registry oci-layout:/root/mirror --cache-dir /root/cache | tail -2
    cmp /root/channel/linux-64/hello-conda-1.0.0-h5a3e0c1_0.conda /root/cache/sample/linux-64/hello-conda-1.0.0-h5a3e0c1_0.conda
    look() { # the window opens and is closed
        xvfb-run -a -s "-screen 0 1280x720x24" bash -euc "
            conda-oci-mirror & program=\$!
            window=\$(timeout 30 xdotool search --sync --onlyvisible --name \"Conda OCI Mirror\" | head -1)
            sleep 2
            import -window root /root/window.png
            xdotool windowclose \$window || true
            sleep 1
            kill \$program 2>/dev/null || true
            wait \$program 2>/dev/null || true"
    }
    look
    signed "echo a-password | conda-oci login http://127.0.0.1:5055 -u me --password-stdin"
    state=$(find /root/.local/share/conda-oci-mirror -type f | sort)
    echo "kept: $state"
    [ -n "$state" ]
    cat $state | sha256sum >/root/state
    apt-get install -y -qq --no-install-recommends /root/newer.deb >/dev/null 2>&1
    dpkg-query -W conda-oci-mirror
    signed "conda-oci whoami http://127.0.0.1:5055"
    cat $state | sha256sum | cmp - /root/state
    apt-get purge -y -qq conda-oci-mirror >/dev/null 2>&1
    [ ! -e /usr/bin/conda-oci ] && [ ! -e /usr/bin/conda-oci-mirror ]
    cat $state | sha256sum | cmp - /root/state
    apt-get autoremove --purge -y -qq >/dev/null 2>&1
    list >/root/after
    diff /root/before /root/after | grep "^>" >/root/left || true
    grep -i -e conda /root/left && exit 1
    echo "left behind by what it depended on: $(grep -c . /root/left || true)"
    head -5 /root/left
'
cp "$user/root/window.png" "$folder/$suite.png"
step "Debian $suite: done"
