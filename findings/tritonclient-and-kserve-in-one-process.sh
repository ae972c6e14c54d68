#!/usr/bin/env bash
# tritonclient[grpc] 2.73.0 and kserve 0.21.0, the two stock clients of the Open Inference Protocol, cannot be imported
# into one Python process, in either order: both bring the protocol's messages under the package name "inference" in
# files of different names, and protobuf keeps one registry a process. Each alone works, and so does tritonclient.http
# beside kserve, which imports its gRPC messages even where only REST is used.
#
# Seen with protobuf 6.33.6 on Python 3.11: the second import raises
# "TypeError: Couldn't build proto file into descriptor pool: duplicate symbol 'inference.ServerLiveRequest'".
#
# Wants Python 3.10 or newer and 500 MB of disk.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'tritonclient[grpc,http]==2.73.0' kserve==0.21.0 protobuf==6.33.6

try() { "$folder/venv/bin/python" -W ignore -c "$1" 2>&1 | tail -n 1 || true; }

expect() {
  local what=$1 said=$2 wanted=$3
  echo "$what: ${said:-no error}"
  case $said in
    *"$wanted"*) ;;
    *)
      echo "changed: expected '$wanted'" >&2
      exit 1
      ;;
  esac
}

expect "kserve alone" "$(try 'import kserve; print("imported")')" imported
expect "tritonclient.grpc alone" "$(try 'import tritonclient.grpc; print("imported")')" imported
expect "tritonclient.http, then kserve" "$(try 'import tritonclient.http, kserve; print("imported")')" imported
expect "tritonclient.grpc, then kserve" "$(try 'import tritonclient.grpc, kserve; print("imported")')" "duplicate symbol 'inference."
expect "kserve, then tritonclient.grpc" "$(try 'import kserve, tritonclient.grpc; print("imported")')" "duplicate symbol 'inference."
