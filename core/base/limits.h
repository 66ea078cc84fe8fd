// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace millrace {

/// Every bound of the engine, with its unit; settings may change the first group.
struct Limits
{
    std::size_t batchRecordsMax = 25'000;
    std::size_t batchBytesMax = 32u << 20;
    std::chrono::milliseconds batchWaitMax{20};
    std::size_t valueBytesMax = 16u << 20;         ///< a larger value is a dead letter too_large
    std::int64_t rewriteTableBytesMax = 256 << 20; ///< 0: never rewrite a table in place

    std::size_t deadLetterValueBytesMax = 16u << 20; ///< beyond: cut, hashed whole
    int jsonDepthMax = 512;
    int columnDepthMax = 5;         ///< objects at this depth become jsonb
    int childrenPerParentMax = 100; ///< columns under one parent path
    int columnsPerTableMax = 800;   ///< counting dropped ones
    int columnsPerPathMax = 7;
    int wideningsPerColumnMax = 2;
    int numberDigitsMax = 100'000;      ///< written out
    int rowWidthBytesMax = 8'000;       ///< after toasting
    int longValueBytes = 18;            ///< what a toasted value costs in its row
    std::size_t headersPerRowMax = 256; ///< in _headers; what is beyond is counted there
    std::size_t headerBytesPerRowMax = 64u << 10;
    int refusedRowsPerBatchMax = 64; ///< found by bisecting; beyond it the breaker
    int deadRunMax = 1'000;          ///< consecutive dead letters that halt a topic
    int epochsWithoutProgressMax = 5;

    std::chrono::milliseconds stopWaitMax{5'000};
    std::chrono::milliseconds dataLockTimeout{2'000};
    std::chrono::milliseconds tableLockTimeout{250}; ///< a slow table must not stall the others
    std::chrono::milliseconds takeOverLockTimeout{2'000};
    std::chrono::milliseconds ddlLockTimeout{200};
    std::chrono::milliseconds verdictWait{10'000}; ///< a negative verdict must hold this long
    std::chrono::milliseconds proofInterval{30'000};
};

} // namespace millrace
