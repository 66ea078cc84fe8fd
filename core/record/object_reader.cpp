// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/object_reader.h"

#include "core/schema/diff.h"

namespace millrace::record {

ObjectReader::ObjectReader(const Limits& limits, PathDictionary& paths)
    : m_paths(paths)
    , m_columnDepthMax(
          static_cast<std::size_t>(std::min(limits.columnDepthMax, limits.jsonDepthMax)))
    , m_cursor(limits)
    , m_frames(m_columnDepthMax + 1)
{
}

void ObjectReader::start(Decoded& out)
{
    m_out = &out;
    m_builder.start(out);
}

bool ObjectReader::read(std::string_view text, const StructuralIndex& index)
{
    m_message = text;
    m_cursor.start(index.text(), text.size(), index.positions());
    m_depth = 0;
    m_member = {};
    m_builder.beginRecord();
    if (!readRoot() || !m_cursor.finish())
        return refuse(pathOfMember());
    if (const Flaw* flaw = m_builder.standingFlaw(); flaw != nullptr) {
        static_cast<void>(m_cursor.fail(flaw->fault));
        return refuse(pathOf(*flaw));
    }
    m_builder.endRecord();
    return true;
}

bool ObjectReader::refuse(const schema::Path& path)
{
    m_faultPath = path.empty() ? std::string() : schema::displayPath(path);
    m_builder.dropRecord();
    return false;
}

bool ObjectReader::readRoot()
{
    if (m_cursor.peek() == '{')
        return readObject();
    m_member.id = PathDictionary::root;
    return readTree();
}

bool ObjectReader::readObject()
{
    m_cursor.take();
    if (m_cursor.peek() == '}') {
        m_cursor.take();
        return true;
    }
    openFrame(PathDictionary::root, {});
    while (m_depth > 0) {
        bool opened = false;
        if (!readKey() || !readValue(opened))
            return false;
        if (!opened && !closeObjects())
            return false;
    }
    return true;
}

/// After a value: the comma before the next key, or the closing braces that end objects.
bool ObjectReader::closeObjects()
{
    while (m_depth > 0) {
        if (m_cursor.peek() == ',') {
            m_cursor.take();
            return true;
        }
        if (!m_cursor.take('}', "Expected a comma or }"))
            return false;
        closeFrame();
    }
    return true;
}

void ObjectReader::openFrame(PathId id, std::string_view key)
{
    Frame& frame = m_frames[m_depth++];
    frame.id = id;
    frame.previous = PathDictionary::none;
    frame.object = m_builder.newObject();
    if (id == PathDictionary::none)
        frame.key = key;
    m_member.open = false;
}

void ObjectReader::closeFrame()
{
    const Frame& closed = m_frames[--m_depth];
    if (m_depth == 0)
        return;
    if (closed.id != PathDictionary::none)
        m_builder.endMember(closed.id);
    else
        m_builder.endLooseMember(closed.key, m_frames[m_depth - 1].object);
}

bool ObjectReader::readKey()
{
    if (m_cursor.peek() != '"')
        return m_cursor.fail(RejectClass::NotJson, m_cursor.position(),
                             "Expected a key in double quotes");
    StringToken token;
    if (!m_cursor.string(token))
        return false;
    std::string_view key = token.raw;
    if (token.escaped) {
        m_unescapedKey.clear();
        if (!m_cursor.unescaped(token, &m_unescapedKey))
            return false;
        if (m_cursor.isFlawed())
            return m_cursor.fail(m_cursor.flaw());
        key = m_unescapedKey;
    }
    Frame& frame = m_frames[m_depth - 1];
    m_member.id = PathDictionary::none;
    m_member.key = key;
    m_member.keepsWhole = false;
    m_member.open = true;
    if (frame.id != PathDictionary::none)
        m_member.id = m_paths.childAfter(frame.id, frame.previous, key);
    if (m_member.id != PathDictionary::none) {
        frame.previous = m_member.id;
        m_builder.beginMember(m_member.id, frame.object);
    } else {
        m_member.keepsWhole = schema::isIdLikeKey(key);
        m_builder.beginLooseMember(key, frame.object);
    }
    return m_cursor.take(':', "Expected a colon");
}

bool ObjectReader::opensFrame() const
{
    return m_depth < m_columnDepthMax && !m_member.keepsWhole;
}

bool ObjectReader::readValue(bool& opened)
{
    bool read = false;
    const char first = m_cursor.peek();
    switch (first) {
    case '"':
        read = readString();
        break;
    case '{':
        if (m_cursor.peekSecond() == '}') {
            m_cursor.take();
            m_cursor.take();
            read = true;
        } else if (opensFrame()) {
            m_cursor.take();
            openFrame(m_member.id, m_member.key);
            opened = true;
            return true;
        } else {
            read = readTree();
        }
        break;
    case '[':
        read = readTree();
        break;
    case 't':
        read = readBool("true", true);
        break;
    case 'f':
        read = readBool("false", false);
        break;
    case 'n':
        read = m_cursor.word("null");
        break;
    default:
        read = readNumber();
    }
    if (read)
        endMember();
    return read;
}

void ObjectReader::endMember()
{
    m_member.open = false;
    if (m_member.id != PathDictionary::none)
        m_builder.endMember(m_member.id);
    else
        m_builder.endLooseMember(m_member.key, m_frames[m_depth - 1].object);
}

bool ObjectReader::readString()
{
    StringToken token;
    const std::size_t begin = m_cursor.position();
    if (!m_cursor.string(token))
        return false;
    std::string_view text = inMessage(begin + 1, begin + 1 + token.raw.size());
    if (token.escaped) {
        std::string& unescaped = m_out->texts.emplace_back();
        if (!m_cursor.unescaped(token, &unescaped))
            return false;
        text = unescaped;
    }
    const auto kind = toTimestamp(text) ? schema::Kind::Timestamp : schema::Kind::String;
    put(kind, inMessage(begin, m_cursor.end()), text);
    return true;
}

bool ObjectReader::readNumber()
{
    NumberToken token;
    const std::size_t begin = m_cursor.position();
    if (!m_cursor.number(token))
        return false;
    const std::string_view literal = inMessage(begin, begin + token.length);
    if (token.kind == schema::Kind::Int53 || token.kind == schema::Kind::Int64)
        putInteger(token.kind, literal, token.integer);
    else
        put(token.kind, literal, literal);
    return true;
}

bool ObjectReader::readTree()
{
    const std::size_t begin = m_cursor.position();
    if (!m_cursor.skipTree(static_cast<int>(m_depth)))
        return false;
    const std::string_view json = inMessage(begin, m_cursor.end());
    put(schema::Kind::Json, json, json);
    return true;
}

bool ObjectReader::readBool(std::string_view word, bool value)
{
    if (!m_cursor.word(word))
        return false;
    putInteger(schema::Kind::Bool, word, value ? 1 : 0);
    return true;
}

void ObjectReader::put(schema::Kind kind, std::string_view json, std::string_view text)
{
    if (m_member.id == PathDictionary::none)
        return putLoose(kind, json);
    Cell& cell = m_builder.addCell(m_member.id, kind);
    cell.text = text.data();
    cell.length = static_cast<std::uint32_t>(text.size());
    if (m_cursor.isFlawed()) [[unlikely]]
        keepFlaw();
}

void ObjectReader::putInteger(schema::Kind kind, std::string_view json, std::int64_t integer)
{
    if (m_member.id == PathDictionary::none)
        return putLoose(kind, json);
    m_builder.addCell(m_member.id, kind).integer = integer;
}

void ObjectReader::putLoose(schema::Kind kind, std::string_view json)
{
    LooseValue& value = m_builder.addLoose();
    value.path = pathOfMember();
    value.kind = kind;
    value.json = json;
    if (m_cursor.isFlawed()) [[unlikely]]
        keepFlaw();
}

void ObjectReader::keepFlaw()
{
    m_builder.addFlaw(m_cursor.flaw(), m_member.id == PathDictionary::none);
    m_cursor.forgetFlaw();
}

schema::Path ObjectReader::pathOfMember() const
{
    std::size_t interned = m_depth;
    while (interned > 0 && m_frames[interned - 1].id == PathDictionary::none)
        --interned;
    schema::Path path;
    if (interned > 0)
        path = m_paths.path(m_frames[interned - 1].id);
    for (std::size_t i = interned; i < m_depth; ++i)
        path.push_back(m_frames[i].key);
    if (m_member.open)
        path.emplace_back(m_member.key);
    return path;
}

schema::Path ObjectReader::pathOf(const Flaw& flaw) const
{
    return flaw.isLoose ? m_out->loose[flaw.index].path
                        : m_paths.path(m_out->cells[flaw.index].path());
}

} // namespace millrace::record
