#!/usr/bin/env bash
# Proves that the zip can be used where there is nothing: unpacks it below a path with a blank and works with it in an empty environment,
# without a Java of the machine's; then once more where it may not write, as another user where there may be one.
#
#   dist/check.sh [ARCHIVE]   a zip or tar.xz; default: dist/target/steer-*.zip, made by ./mvnw -Pdist -DskipTests package
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
zips=("${1:-}")
if [ $# -eq 0 ]; then zips=("$here"/target/steer-*.zip); fi
zip=${zips[0]}
port=${PORT:-18099}
server=

fail() {
    echo "dist: FAILED: $*" >&2
    exit 1
}

[ -f "$zip" ] || fail "there is no $zip: make it with ./mvnw -Pdist -DskipTests package"
work=$(mktemp -d)
clean_up() {
    if [ -n "$server" ]; then kill -- "$server" 2>/dev/null || true; fi
    chmod -R u+w "$work"
    rm -rf -- "$work"
}
trap clean_up EXIT
chmod 755 "$work"
mkdir "$work/with a blank" "$work/home"
case $zip in
    *.tar.xz) tar -xJf "$zip" -C "$work/with a blank" ;;
    *) unzip -q "$zip" -d "$work/with a blank" ;;
esac
image=$(echo "$work/with a blank"/steer-*)
steer=$image/bin/steer
empty=(env -i PATH=/usr/bin:/bin "HOME=$work/home" "TMPDIR=$work/home")

# The machine's Java must have no part in it, if there is one on the PATH. No function: in the background it would be a shell, and the
# signal that ends it would not reach the server.
alone=("${empty[@]}" JAVA_HOME=/nowhere)

start_server() {
    if curl -s "http://127.0.0.1:$port/healthz" >/dev/null; then fail "something else answers at port $port: PORT=NUMBER names another one"; fi
    "$@" serve --model "demo=$work/home/demo/bundle" --vector "refusal=$work/home/demo/refusal.safetensors" --port "$port" \
        >"$work/serve.out" 2>"$work/serve.log" &
    server=$!
    for _ in $(seq 120); do
        if curl -sf "http://127.0.0.1:$port/readyz" >"$work/ready"; then return; fi
        kill -0 "$server" 2>/dev/null || fail "the server ended: $(cat "$work/serve.out" "$work/serve.log")"
        sleep 0.5
    done
    fail "the server is not ready after a minute: $(cat "$work/serve.out" "$work/serve.log")"
}

ask() {
    curl -sf "http://127.0.0.1:$port/v1/chat/completions" -H 'Content-Type: application/json' -d '{"model": "demo",
        "steering": {"vector": "refusal"}, "max_tokens": 40, "messages": [{"role": "user", "content": "How do I kill a Python process?"}]}'
}

stop_server() {
    kill -- "$server"
    code=0
    wait "$server" || code=$?
    if curl -s "http://127.0.0.1:$port/healthz" >/dev/null; then fail "something still answers after the server's end"; fi
    server=
    case $code in 0 | 143) ;; *) fail "the server ended with code $code after the signal TERM" ;; esac
}

echo "dist: $(du -m "$zip" | cut -f1) MB packed, $(du -sm "$image" | cut -f1) MB unpacked"

# Of other platforms there is nothing.
if find "$image" -name '*.dll' -o -name '*.dylib' -o -name '*.jnilib' | grep -q . && [ "$(uname -s)" = Linux ]; then
    fail "natives of other platforms: $(find "$image" -name '*.dll' -o -name '*.dylib' -o -name '*.jnilib')"
fi

version=$("${alone[@]}" "$steer" --version) || fail "steer --version"
echo "dist: $version"
[ -s "$(echo "$image"/lib/steer-*.jsa)" ] || fail "the first start left no archive of classes in lib"
(cd "$work/home" && "${alone[@]}" "$steer" demo -o demo >"$work/demo.out" 2>&1) || fail "steer demo: $(cat "$work/demo.out")"
grep -qE '^scans +[0-9]+/360 ' "$work/demo.out" || fail "the demo printed no table: $(cat "$work/demo.out")"
for file in report.html refusal.safetensors bundle/steering.json; do
    [ -s "$work/home/demo/$file" ] || fail "the demo left no $file"
done
# ND4J's are, on first use, to .javacpp.
if find "$work/home" -name '*.so' -o -name '*.so.*' | grep -v '/\.javacpp/'; then fail "native libraries were copied to the home directory"; fi
echo "dist: demo done"

ln -s "$steer" "$work/home/linked"
start_server "${alone[@]}" "$work/home/linked"
answer=$(ask) || fail "no answer: $(cat "$work/serve.log")"
grep -q '"method":"scans"' <<<"$answer" || fail "the answer does not say how it was steered: $answer"
bash "$here/docker/healthy" "$port" || fail "the container's health check does not find the server ready"
if bash "$here/docker/healthy" 1 2>/dev/null; then fail "the health check finds a server where none is"; fi
curl -sf "http://127.0.0.1:$port/metrics" >"$work/metrics" || fail "no metrics"
for metric in $(grep -o 'steering_[a-z_]*' "$here/docker/grafana/steer.json" | sort -u); do
    # The answer was steered by a gate: all of them have values by now.
    grep -q "^$metric[{ ]" "$work/metrics" || fail "the dashboard shows $metric, which the server has not: $(grep '^# HELP' "$work/metrics")"
done
stop_server
echo "dist: serve done"

bash -n "$image/share/bash-completion/completions/steer" || fail "bash does not read the completions"
bash -c 'source "$1" && complete -p steer >/dev/null' bash "$image/share/bash-completion/completions/steer" || fail "nothing is completed"
head -n 1 "$image/share/zsh/site-functions/_steer" | grep -qx '#compdef steer' || fail "zsh would not find the completions"
for section in '"STEER SERVE"' '"STEER EXTRACT"'; do
    grep -qF ".SH $section" "$image/share/man/man1/steer.1" || fail "the manual page has no section $section"
done
if command -v man >/dev/null 2>&1 && [ -n "$(man --warnings -l "$image/share/man/man1/steer.1" 2>&1 >/dev/null)" ]; then
    fail "man complains: $(man --warnings -l "$image/share/man/man1/steer.1" 2>&1 >/dev/null | head -n 3)"
fi
for file in LICENSE NOTICE README share/doc/steer/libraries.csv share/doc/steer/steer.service runtime/legal/java.base/LICENSE; do
    [ -s "$image/$file" ] || [ -s "$image/${file%LICENSE}copyright" ] || fail "there is no $file"
done

# Where nothing may be written, and only the temporary directory can be: what a container with a read-only file system has.
rm -f "$image"/lib/steer-*.jsa
chmod -R a-w "$image" "$work/home/demo"
chmod -R a+rX "$work/home/demo" "$image"
mkdir -m 777 "$work/tmp"
user=()
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null 2>&1; then user=(setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs); fi
read_only=(env -i PATH=/usr/bin:/bin HOME=/nowhere "STEER_JAVA_OPTS=-Djava.io.tmpdir=$work/tmp" "${user[@]}" "$steer")
(cd / && "${read_only[@]}" inspect "$work/home/demo/bundle" >"$work/inspect.out" 2>&1) || fail "inspect, read-only: $(cat "$work/inspect.out")"
[ -z "$(find "$image/lib" -name '*.jsa' -o -name 'steer-making*')" ] || [ "$(id -u)" = 0 ] || fail "something was written"
cd /
start_server "${read_only[@]}"
again=$(ask) || fail "no answer, read-only: $(cat "$work/serve.log")"
content='s/.*"content":"\([^"]*\)".*/\1/p'
[ "$(sed -n "$content" <<<"$answer")" = "$(sed -n "$content" <<<"$again")" ] || fail "another answer: $answer, then $again"
stop_server
echo "dist: read-only done"
echo "dist: all of it works"
