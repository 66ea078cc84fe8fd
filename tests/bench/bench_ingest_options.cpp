// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/bench_ingest_options.h"

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <sstream>

namespace millrace::bench {
namespace {

constexpr const char* usage =
    R"(bench_ingest: how fast a filled topic becomes rows, beside what the parts alone can do

  --messages N          1000000   --repeats N          3 (the best counts)
  --part NAME[,NAME]    drain, lanes, index, interleaved, topics, wide, latency, large, hot
  --latency-seconds N   10        --latency-rate N     10000 messages a second
  --topics N            200       --codec NAME         none, lz4, zstd, …
  --large N             4         --large-mb N         100
  --worker ARGUMENT     a further argument of the worker, repeatable

A release build measures itself; MILLRACE_PROGRAM names another program to measure.
)";

std::set<std::string> split(const std::string& list)
{
    std::istringstream in(list);
    std::set<std::string> names;
    for (std::string name; std::getline(in, name, ',');)
        names.insert(name);
    return names;
}

} // namespace

Options parseOptions(int argc, char** argv)
{
    Options options;
    const auto number = [](int& into) {
        return [&into](const std::string& text) { into = std::atoi(text.c_str()); };
    };
    const std::map<std::string, std::function<void(const std::string&)>> known{
        {"--messages",
         [&](const std::string& text) { options.messages = std::atoll(text.c_str()); }},
        {"--repeats", number(options.repeats)},
        {"--part", [&](const std::string& text) { options.parts = split(text); }},
        {"--latency-seconds", number(options.latencySeconds)},
        {"--latency-rate", number(options.latencyRate)},
        {"--topics", number(options.topics)},
        {"--codec", [&](const std::string& text) { options.codec = text; }},
        {"--large", number(options.largeMessages)},
        {"--large-mb", number(options.largeMb)},
        {"--worker", [&](const std::string& text) { options.arguments.push_back(text); }}};
    for (int at = 1; at < argc; at += 2) {
        const auto found = known.find(argv[at]);
        if (found == known.end() || at + 1 >= argc) {
            std::fputs(usage, stderr);
            std::exit(2);
        }
        found->second(argv[at + 1]);
    }
    return options;
}

} // namespace millrace::bench
