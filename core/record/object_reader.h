// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/record/json_cursor.h"
#include "core/record/record_builder.h"
#include "core/record/structural_index.h"

namespace millrace::record {

/// Flattens one indexed message after another into cells. An object opens a frame until its path
/// has Limits::columnDepthMax keys; whatever lies deeper, and every array, is one Json value.
/// No recursion. One thread.
class ObjectReader
{
public:
    /// `paths` must outlive it.
    ObjectReader(const Limits& limits, PathDictionary& paths);

    void start(Decoded& out);

    /// False: fault() tells why, and the record has left nothing in the output. Texts of cells
    /// point into `text`, or into Decoded::texts where they had escapes.
    [[nodiscard]] bool read(std::string_view text, const StructuralIndex& index);
    [[nodiscard]] const Fault& fault() const { return m_cursor.fault(); }
    /// Display path of the member where the fault is; empty: outside any.
    [[nodiscard]] const std::string& faultPath() const { return m_faultPath; }

private:
    struct Frame
    {
        PathId id = PathDictionary::root;       ///< none: loose
        PathId previous = PathDictionary::none; ///< the last interned child
        std::uint64_t object = 0;
        std::string key; ///< of a loose object
    };
    /// The key being read and where its value goes.
    struct Member
    {
        PathId id = PathDictionary::none; ///< none: loose
        std::string_view key;
        bool keepsWhole = false; ///< an object is one value here, not a frame
        bool open = false;       ///< between its key and the end of its value
    };

    [[nodiscard]] bool readRoot();
    [[nodiscard]] bool readObject();
    [[nodiscard]] bool opensFrame() const;
    [[nodiscard]] bool readKey();
    [[nodiscard]] bool readValue(bool& opened);
    [[nodiscard]] bool readString();
    [[nodiscard]] bool readNumber();
    [[nodiscard]] bool readTree();
    [[nodiscard]] bool readBool(std::string_view word, bool value);
    void openFrame(PathId id, std::string_view key);
    void closeFrame();
    void endMember();
    [[nodiscard]] bool closeObjects();
    void put(schema::Kind kind, std::string_view json, std::string_view text);
    void putInteger(schema::Kind kind, std::string_view json, std::int64_t integer);
    void putLoose(schema::Kind kind, std::string_view json);
    [[nodiscard]] schema::Path pathOfMember() const;
    [[nodiscard]] schema::Path pathOf(const Flaw& flaw) const;
    [[nodiscard]] bool refuse(const schema::Path& path);
    void keepFlaw();
    /// The same bytes in the message instead of the copy that was indexed.
    [[nodiscard]] std::string_view inMessage(std::size_t begin, std::size_t end) const
    {
        return m_message.substr(begin, end - begin);
    }

    PathDictionary& m_paths;
    std::size_t m_columnDepthMax;
    JsonCursor m_cursor;
    RecordBuilder m_builder;
    Decoded* m_out = nullptr;
    std::string_view m_message;
    std::vector<Frame> m_frames;
    std::size_t m_depth = 0; ///< frames in use
    Member m_member;
    std::string m_unescapedKey;
    std::string m_faultPath;
};

} // namespace millrace::record
