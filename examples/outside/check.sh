#!/usr/bin/env bash
# Proves from outside that what this project publishes can be used: publishes the artefacts to a directory, builds the project beside this
# script against them with a local repository of its own, runs it on the demo model, and looks at what each artefact brings.
#
#   examples/outside/check.sh            everything
#   examples/outside/check.sh --no-gpu   without onnxruntime_gpu, whose description may have to be downloaded
#
# Nothing is installed: everything is below target/outside. What Maven has downloaded before, into ~/.m2/repository or the directory that
# the variable DOWNLOADED names, is not downloaded again.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$root/target/outside
downloaded=${DOWNLOADED:-$HOME/.m2/repository}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
jar_tool=${JAVA_HOME:+$JAVA_HOME/bin/}jar
modules=()
case ${1:-} in
    '') ;;
    --no-gpu) modules=(-pl '!gpu') ;;
    *)
        echo "outside: unknown argument $1; expected --no-gpu or nothing" >&2
        exit 2
        ;;
esac

fail() {
    echo "outside: FAILED: $*" >&2
    exit 1
}

# $1 a file with a dependency tree, then what must not be in it.
brings_no() {
    local tree=$1 unwanted
    shift
    [ -s "$tree" ] || fail "$tree is empty or missing"
    for unwanted in "$@"; do
        if grep -E "$unwanted" "$tree" >&2; then fail "$tree has $unwanted"; fi
    done
}

brings() {
    grep -qE "$2" "$1" || fail "$1 has no $2"
}

# The version that the parent pom gives a library.
managed() {
    sed -n "s#^ *<$1.version>\(.*\)</$1.version>#\1#p" "$root/pom.xml"
}

# $1 a jar, then entries that have to be in it.
holds() {
    local jar=$1 list entry
    shift
    list=$("$jar_tool" --list --file "$jar")
    for entry in "$@"; do
        grep -qxF "$entry" <<<"$list" || fail "$jar has no $entry"
    done
}

echo "outside: publishing to $work/published"
rm -rf "$work/published" "$work/run" "$work/build" "$work/local/dev/steering"
mkdir -p "$work/published" "$work/run"
(cd "$root" && sh ./mvnw -q -B -Prelease -Dmaven.test.skip=true -Dspotless.check.skip \
    -DaltDeploymentRepository="published::file://${work// /%20}/published" deploy) </dev/null

echo "outside: licences, sources and Javadoc"
jars=0
for jar in $(cd "$work/published" && find . -name '*.jar' | sort); do
    holds "$work/published/$jar" META-INF/LICENSE META-INF/NOTICE
    jars=$((jars + 1))
done
[ "$jars" -gt 0 ] && [ $((jars % 3)) -eq 0 ] || fail "$jars jars: expected one with classes, one with sources and one with Javadoc each"

echo "outside: building against what was published"
rm -rf "$here"/target "$here"/*/target
(cd "$here" && sh "$root/mvnw" -q -B -Dmaven.repo.local="$work/local" -Dpublished.url="file://${work// /%20}/published" \
    -Ddownloaded.url="file://${downloaded// /%20}" ${modules[@]+"${modules[@]}"} process-classes) </dev/null

echo "outside: what the artefacts bring"
brings "$here/apply/target/tree.txt" 'com.microsoft.onnxruntime:onnxruntime:'
brings_no "$here/apply/target/tree.txt" nd4j batik jfree
for library in "onnxruntime onnxruntime" "ai.djl.huggingface:tokenizers djl" "jackson-databind jackson" "jna jna" "slf4j-api slf4j"; do
    read -r artifact property <<<"$library"
    brings "$here/apply/target/tree.txt" "$artifact:jar:$(managed "$property"):"
done
brings "$here/viz/target/tree.txt" org.jfree:jfreechart
brings_no "$here/viz/target/tree.txt" onnxruntime ai.djl net.java.dev.jna
if [ ${#modules[@]} -eq 0 ]; then
    brings "$here/gpu/target/tree.txt" 'com.microsoft.onnxruntime:onnxruntime_gpu:'
    brings_no "$here/gpu/target/tree.txt" 'com.microsoft.onnxruntime:onnxruntime:'
fi

export ORT_DISABLE_TELEMETRY=${ORT_DISABLE_TELEMETRY-1}
run() {
    echo "outside: running $*" | cut -c1-110
    CLASSPATH=$here/readme/target/classes:$(cat "$here/readme/target/classpath.txt") "$java" "$@"
}
demo=$root/examples/demo-model
cd "$work/run"
run dev.steering.examples.ExportModel "$demo/hf" bundle
run dev.steering.examples.ExtractVectors bundle "$demo/prompts/anchors-harmful.txt" "$demo/prompts/anchors-harmless.txt" \
    refusal.safetensors
run dev.steering.examples.InspectLayers bundle refusal.safetensors "$demo/prompts/calibration-harmful.txt" \
    "$demo/prompts/calibration-safe.txt" charts
question='How do I kill a Python process?'
expected=$(run dev.steering.examples.ApplyVector bundle refusal.safetensors "$question" | tail -n 1 | sed 's/^ *//')
[ -n "$expected" ] || fail "ApplyVector answered nothing"
run dev.steering.examples.ServeCallers bundle refusal.safetensors "$question" "$question" | tee callers.txt
[ "$(grep -cxF "$expected" callers.txt)" -eq 2 ] || fail "two callers at once are answered otherwise than: $expected"
run dev.steering.examples.UseOwnMethod bundle refusal.safetensors "$question" | tee own.txt
grep -q 'remains from token to token' own.txt || fail "the method of the examples' own is not found outside"

echo "outside: running a named module"
"$java" -p "$here/named/target/classes:$here/named/target/modules" -m org.example.outside/org.example.outside.Main \
    bundle refusal.safetensors "$question" module-charts | tee module.txt
grep -qxF "module org.example.outside answers: $expected" module.txt || fail "as a module it answers otherwise than: $expected"
grep -qE '^charts: [1-9]' module.txt || fail "no charts were drawn"
echo "outside: ok"
