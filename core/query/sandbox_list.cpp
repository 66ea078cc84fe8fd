// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/sandbox_list.h"

namespace millrace::query {

std::vector<SandboxStatement> sandboxStatements(std::string_view text)
{
    constexpr std::pair<std::string_view, Expected> words[] = {{"refused ", Expected::Refused},
                                                               {"session ", Expected::Session},
                                                               {"time ", Expected::Time}};
    std::vector<SandboxStatement> statements;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        for (const auto& [word, expected] : words)
            if (line.starts_with(word))
                statements.push_back({expected, line.substr(word.size())});
    }
    return statements;
}

} // namespace millrace::query
