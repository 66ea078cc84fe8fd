// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/argument_secrets.h"
#include "app/connection_check.h"
#include "app/demo_host.h"
#include "app/option_parser.h"
#include "app/serve.h"
#include "app/tokens.h"

#include <unistd.h>

#include <cstdio>
#include <exception>

namespace {

using namespace millrace;

constexpr int failed = 1;
constexpr int misused = 2;

int print(const std::string& text)
{
    std::fputs(text.c_str(), stdout);
    return 0;
}

int check(const app::Options& options)
{
    const auto checks = app::checkConnections(options);
    print(app::reportOf(checks, ::isatty(STDOUT_FILENO) != 0));
    const bool passed = std::all_of(checks.begin(), checks.end(),
                                    [](const LayerCheck& layer) { return layer.passed; });
    return passed ? 0 : failed;
}

int changeTokens(const app::Options& options)
{
    const auto said = app::tokenCommand(options);
    if (said)
        return print(*said);
    std::fprintf(stderr, "millrace: %s\n", describe(said.error()).c_str());
    return failed;
}

int run(const std::vector<std::string>& arguments, std::span<char*> raw)
{
    const auto options = app::parseOptions(arguments, app::Surroundings::real());
    app::wipeSecretArguments(raw);
    if (!options) {
        std::fprintf(stderr, "millrace: %s\n", describe(options.error()).c_str());
        return misused;
    }
    setLogFormat(options->logFormat);
    if (options->help)
        return print(app::helpText());
    if (options->version)
        return print("millrace " MILLRACE_VERSION "\n");
    if (options->printConfig)
        return print(app::configText(*options));
    if (!options->token.empty())
        return changeTokens(*options);
    if (options->check)
        return check(*options);
    return options->demoFeed ? app::feedSamples(*options) : app::serve(*options);
}

} // namespace

int main(int argc, char** argv)
{
    try {
        const std::span<char*> raw(argv + 1, argv + argc);
        return run({raw.begin(), raw.end()}, raw);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "millrace: %s\n", error.what());
        return failed;
    }
}
