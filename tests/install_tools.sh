#!/bin/sh
# Installs what the tests drive beside Python, where it is missing: a Chromium, a Japanese font,
# LibreOffice Calc and poppler. Needs a Debian-like system and the right to install (root or sudo).
set -eu

missing=""
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || missing="$missing chromium"
command -v fc-list >/dev/null && fc-list :lang=ja | grep -q . || missing="$missing fontconfig fonts-noto-cjk"
command -v soffice >/dev/null || missing="$missing libreoffice-calc-nogui"
command -v pdftoppm >/dev/null || missing="$missing poppler-utils"
[ -z "$missing" ] && exit 0

if ! command -v apt-get >/dev/null; then
    echo "Please install by hand what the tests need:$missing" >&2
    exit 1
fi
as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo"
echo "Installing for the tests:$missing"
$as_root apt-get update -qq
# shellcheck disable=SC2086  # one word per package
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
