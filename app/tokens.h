// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/access_gate.h"
#include "app/http/listen_address.h"
#include "app/options.h"

#include <filesystem>
#include <string>

namespace millrace::app {

/// --token-file, else `tokens` in the data folder.
[[nodiscard]] std::filesystem::path tokenFileOf(const Options& options);

/// Who is let in at that address. Errors: Process, InvalidInput when anybody could reach it and
/// there is neither a token nor --no-token, or when the token file cannot be read.
Result<http::AccessRules> accessRules(const Options& options, const http::ListenAddress& listen);

/// `--token add NAME --scope SCOPE…`, `--token remove NAME`, `--token list`. What to print: the
/// secret of a new token, once. Errors: Process, InvalidInput or Refused.
Result<std::string> tokenCommand(const Options& options);

} // namespace millrace::app
