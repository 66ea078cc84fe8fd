// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connection_check.h"

#include "app/http/tls_identity.h"
#include "core/base/text.h"
#include "core/kafka/diagnosis.h"
#include "core/postgres/database_check.h"

#include <iterator>

namespace millrace::app {

namespace {

constexpr std::chrono::milliseconds layerTimeout{10'000};

} // namespace

std::vector<LayerCheck> checkConnections(const Options& options)
{
    std::vector<LayerCheck> checks;
    const engine::Settings settings = engineSettings(options);
    if (!settings.brokers.empty()) {
        const kafka::ClientSettings client{settings.brokers, "millrace", settings.kafkaProperties};
        for (auto& check : kafka::diagnose(client, settings.topicsPattern, layerTimeout))
            checks.push_back({check.layer, check.passed, check.found, check.mend});
    }
    if (!settings.database.text.empty()) {
        auto database =
            postgres::checkDatabase(settings.database, settings.dataSchema, layerTimeout);
        std::move(database.begin(), database.end(), std::back_inserter(checks));
    }
    if (!options.tlsCertificate.empty())
        checks.push_back(
            http::readTls(options.tlsCertificate, options.tlsKey, std::time(nullptr)).check);
    return checks;
}

std::string reportOf(const std::vector<LayerCheck>& checks, bool coloured)
{
    std::string report;
    for (const LayerCheck& check : checks) {
        const std::string mark = check.passed ? "✓" : "✗";
        const std::string colour = check.passed ? "\033[32m" : "\033[31m";
        report += coloured ? colour + mark + "\033[0m " : mark + " ";
        report += check.layer + ": " + printable(check.found);
        report += check.mend.empty() ? "\n" : "; mend: " + printable(check.mend) + "\n";
    }
    return report;
}

} // namespace millrace::app
