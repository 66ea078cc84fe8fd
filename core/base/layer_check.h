// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace millrace {

/// One layer of a connection that was tried, for `--check` and for the window's connection page.
struct LayerCheck
{
    std::string layer; ///< "kafka dns", "kafka tls", "database login", …
    bool passed = false;
    std::string found; ///< what was seen, one sentence; no secret
    std::string mend;  ///< what to do about it; empty when passed
};

} // namespace millrace
