// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/options.h"
#include "core/base/layer_check.h"

#include <string>
#include <vector>

namespace millrace::app {

/// Tries what --brokers and --database name, layer by layer; at most 10 s a layer.
[[nodiscard]] std::vector<LayerCheck> checkConnections(const Options& options);

/// One line a layer: a tick or a cross, what was found, and the mend. `coloured` for a terminal.
[[nodiscard]] std::string reportOf(const std::vector<LayerCheck>& checks, bool coloured);

} // namespace millrace::app
