// SPDX-License-Identifier: GPL-3.0-or-later
// JSON bytes → decoded record. The oracle: no crash, no read outside the message, what becomes a
// row is JSON by the bare grammar, what is refused as not JSON is none by it, and the same
// bytes give the same record twice.

#include "core/record/decoder.h"
#include "tests/fuzz/json_grammar.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

using namespace millrace;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

bool same(const record::Decoded& one, const record::Decoded& two)
{
    if (one.records[0].outcome != two.records[0].outcome || one.cells.size() != two.cells.size() ||
        one.loose.size() != two.loose.size() || one.rejects.size() != two.rejects.size())
        return false;
    for (std::size_t i = 0; i < one.cells.size(); ++i) {
        if (one.cells[i].pathAndKind != two.cells[i].pathAndKind)
            return false;
    }
    return true;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static record::Decoder decoder{Limits{}};
    // a block of exactly this size, so that a byte too far is seen
    const auto block = std::make_unique<char[]>(size);
    std::copy_n(data, size, block.get());
    record::Message message;
    message.hasValue = true;
    message.value = {block.get(), size};

    record::Decoded decoded;
    decoder.decode({&message, 1}, decoded);
    require(decoded.records.size() == 1);
    record::Decoded again;
    decoder.decode({&message, 1}, again);
    require(same(decoded, again));

    const record::Record& record = decoded.records[0];
    const bool isJson = fuzz::isJsonText(message.value);
    if (record.outcome == record::Outcome::Row)
        require(isJson);
    else if (decoded.rejects[record.reject].rejectClass == record::RejectClass::NotJson)
        require(!isJson);
    return 0;
}
