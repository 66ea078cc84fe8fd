// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/control_schema.h"

namespace millrace::control {

const std::string_view controlTables2 = R"sql(
ALTER TABLE millrace.job DROP CONSTRAINT job_kind_check, ADD CONSTRAINT job_kind_check
    CHECK (kind IN ('replay', 'discard', 'read_record', 'skip_corrupt', 'rebuild'));
)sql";

} // namespace millrace::control
