// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace millrace::kafka {

/// What a version of librdkafka (as rd_kafka_version() gives it) gets wrong that a worker meets in
/// its daily work, and what to do; empty: nothing is known. Source: its changelog of 2.10.0.
[[nodiscard]] std::string faultOfLibrary(int version);
/// Of the library that is loaded.
[[nodiscard]] std::string faultOfLibrary();

} // namespace millrace::kafka
