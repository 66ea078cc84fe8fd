// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/schema/change.h"

#include <span>

namespace millrace::schema {

/// A path of a batch and the kinds it showed, in order of first appearance by
/// (partition, offset), each with the record that brought it.
struct Sighting
{
    Path path;
    struct First
    {
        Kind kind = Kind::String;
        Cause cause;
    };
    std::vector<First> kinds;
};

/// What the table must become before the batch can land. Pure.
///
/// in    have       the table as it is; seen: sightings ordered by first appearance (partition,
/// offset) out   changes in the order they must be applied; empty when `have` already holds
/// everything.
///       Under Contract::Freeze and Strict only GrowKinds that fit existing columns (and
///       CreateTable).
/// A number path widens in place only when have.rewritable, !column.pinned, and the kinds prove it
/// lossless; otherwise it gets a variant column. At most one change a column. Caps (children a
/// parent below the root, columns a table, columns a path) and id-like keys give one Overflow a
/// parent path.
[[nodiscard]] Changes diff(const TableSchema& have, std::span<const Sighting> seen,
                           const Limits& limits);

/// The schema after the changes. Pure; total over the output of diff().
[[nodiscard]] TableSchema apply(TableSchema schema, std::span<const Change> changes);

/// A key that never gets a column: only digits, a UUID, or 16 or more hexadecimal digits.
[[nodiscard]] bool isIdLikeKey(std::string_view key) noexcept;

/// Index in schema.columns of the first column of `path` that holds `kind`; -1: none.
[[nodiscard]] int placementOf(const TableSchema& schema, const Path& path, Kind kind) noexcept;

} // namespace millrace::schema
