// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace millrace::tests {

/// Where and how `value` is off `schema`, all of them JSON texts; empty: it fits. Knows what our
/// OpenAPI document uses of JSON Schema: type, enum, required, properties, additionalProperties,
/// items, minItems, maxItems, minProperties, minimum, maximum, and $ref into `document`.
[[nodiscard]] std::string schemaFault(const std::string& value, const std::string& schema,
                                      const std::string& document);

} // namespace millrace::tests
