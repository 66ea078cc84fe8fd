#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Brings the Kafka jars into .build/kafka by Maven and prepares what makes a broker start in one
# second instead of three: the class data archive of one start. Writes .build/kafka/classpath last,
# so its presence means "all there". A second run only compares a stamp.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$here/../../.build/kafka
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

exec 9>"$folder/lock"
flock 9

stamp=$(cat "$here/pom.xml" "$here/resolve.sh" <(java -version 2>&1) <(echo "$folder") | sha256sum)
if [[ -s $folder/classpath && $(cat "$folder/stamp" 2>/dev/null) == "$stamp" ]]; then
    exit 0
fi

rm -rf "$folder/jars" "$folder/classpath" "$folder/kafka.jsa"
mvn -B -q -f "$here/pom.xml" dependency:copy-dependencies \
    -DoutputDirectory="$folder/jars" -DincludeScope=runtime
classpath=$(find "$folder/jars" -name '*.jar' | sort | tr '\n' ':')

# One start, only to record the classes it loads.
train=$folder/train
rm -rf "$train"
mkdir -p "$train/data"
address=127.$((RANDOM % 100 + 100)).$((RANDOM % 250 + 1)).1
cat >"$train/server.properties" <<END
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@$address:29093
listeners=PLAINTEXT://$address:29092,CONTROLLER://$address:29093
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=$train/data
END
printf 'version=1\ncluster.id=AAAAAAAAAAAAAAAAAAAAAQ\nnode.id=1\n' >"$train/data/meta.properties"
java -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
    -XX:ArchiveClassesAtExit="$folder/kafka.jsa" \
    -Dlog4j2.configurationFile="$here/log4j2.properties" -cp "$classpath" \
    kafka.Kafka "$train/server.properties" >"$train/log" 2>&1 9>&- &
broker=$!
trap 'kill -9 $broker 2>/dev/null || true' EXIT
for ((i = 0; i < 600; i++)); do
    if grep -q 'Kafka Server started' "$train/log" || ! kill -0 $broker 2>/dev/null; then
        break
    fi
    sleep 0.1
done
kill -TERM $broker 2>/dev/null || true
wait $broker || true
if ! grep -q 'Kafka Server started' "$train/log"; then
    echo "the Kafka broker did not start:" >&2
    tail -20 "$train/log" >&2
    exit 1
fi
rm -rf "$train"

echo "$classpath" >"$folder/classpath.new"
echo "$stamp" >"$folder/stamp"
mv "$folder/classpath.new" "$folder/classpath"
