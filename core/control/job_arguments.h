// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/dead_letter.h"

#include <string>

namespace millrace::control {

/// What a job's `arguments` say. Errors: Scope::Batch, Code::InvalidInput, naming the field and
/// what it must be; unknown fields are errors too, so that a misspelt filter never widens a
/// selection.
struct LetterJob
{
    LetterSelection selection; ///< {"topic", "class"?, "partition"?, "offsets"?}
    std::string reason;        ///< of a discard: {"reason"?}
};
Result<LetterJob> readLetterJob(const std::string& argumentsJson);

/// {"topic", "generation", "partition", "offset"}: of read_record, and where skip_corrupt begins.
struct RecordAddress
{
    PositionKey key;
    Offset offset;
};
Result<RecordAddress> readRecordAddress(const std::string& argumentsJson);

} // namespace millrace::control
