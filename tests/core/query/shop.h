// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/catalogue.h"

namespace millrace::tests {

/// The catalogue of the sandbox lists' fixture: orders and customers in schema public, topics
/// "orders" and "Customer-Events", with our eight fixed columns before their own.
query::Catalogue shopCatalogue();

} // namespace millrace::tests
