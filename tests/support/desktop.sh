#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
#
# desktop.sh COMMAND...: runs it on a desktop of its own: an X server without a screen (1280×720), a window manager, a
# session bus with an unlocked keyring, and a home folder that goes with it. Ends what it started, and nothing else.
set -euo pipefail
home=$(mktemp -d -t conda-oci-desktop-XXXXXX)
mkfifo "$home/display"
Xvfb -displayfd 3 -screen 0 1280x720x24 -nolisten tcp -noreset 3>"$home/display" >/dev/null 2>&1 &
server=$!
cleanup() {
    kill "${wm:-}" 2>/dev/null || true
    kill "$server" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$home"
}
trap cleanup EXIT
read -r number <"$home/display"
export DISPLAY=:$number HOME=$home QT_QPA_PLATFORM=xcb QT_QPA_PLATFORMTHEME= LC_ALL=C.UTF-8
export XDG_CONFIG_HOME=$home/config XDG_DATA_HOME=$home/data XDG_CACHE_HOME=$home/cache XDG_RUNTIME_DIR=$home/run
mkdir -p -m 700 "$XDG_CONFIG_HOME" "$XDG_DATA_HOME" "$XDG_CACHE_HOME" "$XDG_RUNTIME_DIR"
unset ORAS_USER ORAS_PASS DOCKER_CONFIG REGISTRY_AUTH_FILE http_proxy HTTP_PROXY https_proxy HTTPS_PROXY
openbox >/dev/null 2>&1 &
wm=$!
# A window that is shown before the window manager is there may never get the focus.
for _ in $(seq 100); do xdotool get_num_desktops >/dev/null 2>&1 && break; sleep 0.05; done
# shellcheck disable=SC2016
dbus-run-session -- bash -c 'echo -n test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; "$@"; code=$?
    pkill -P $$ gnome-keyring 2>/dev/null || true; exit $code' _ "$@"
