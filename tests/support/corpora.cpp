// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/corpora.h"

#include "tests/support/csv.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <map>
#include <stdexcept>

namespace millrace::tests {

namespace {

QByteArray contentsOf(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        throw std::runtime_error("cannot read " + path.toStdString());
    return file.readAll();
}

/// A string as JSON text; Qt writes only whole documents.
QByteArray jsonString(const QString& text)
{
    const QByteArray array = QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact);
    return array.mid(1, array.size() - 2);
}

QString topicOf(const CsvRow& row, const QString& file)
{
    QString topic = row["corpus"];
    if (row["topic"] == "file")
        topic += "." + file;
    static const QRegularExpression illegal("[^A-Za-z0-9._-]");
    return topic.replace(illegal, "_").left(200);
}

/// The elements of a top-level array as they are written: parsing would round big numbers.
std::vector<QByteArray> elementsOf(const QByteArray& array)
{
    std::vector<QByteArray> elements;
    qsizetype begin = -1;
    int depth = 0;
    bool inString = false;
    for (qsizetype at = 0; at < array.size(); ++at) {
        const char c = array[at];
        if (inString) {
            at += c == '\\' ? 1 : 0;
            inString = c != '"';
            continue;
        }
        inString = c == '"';
        if (c == '[' || c == '{')
            ++depth;
        if (depth == 1 && (c == ',' || c == ']' || c == '[')) {
            const QByteArray element = begin < 0 ? QByteArray() : array.mid(begin, at - begin);
            if (!element.trimmed().isEmpty())
                elements.push_back(element.trimmed());
            begin = at + 1;
        }
        if (c == ']' || c == '}')
            --depth;
    }
    return elements;
}

/// One file of a corpus becoming messages, by the mode of its row in table.csv.
class FileReader
{
public:
    FileReader(const QString& folder, const CsvRow& row, const QString& file,
               const QString& fileClass, std::vector<CorpusMessage>& out)
        : m_bytes(contentsOf(folder + "/" + row["corpus"] + "/" + file))
        , m_row(row)
        , m_out(out)
    {
        m_pattern.corpus = row["corpus"];
        m_pattern.file = file;
        m_pattern.topic = topicOf(row, file);
        m_pattern.expected = row["class"].isEmpty() ? fileClass : row["class"];
    }

    void read()
    {
        const std::map<QString, void (FileReader::*)()> modes{
            {"file", &FileReader::readFile},        {"lines", &FileReader::readLines},
            {"kv", &FileReader::readKeysAndValues}, {"array", &FileReader::readArray},
            {"strings", &FileReader::readStrings},  {"records", &FileReader::readRecords},
            {"numbers", &FileReader::readNumbers},  {"formats", &FileReader::readFormats}};
        const auto mode = modes.find(m_row["mode"]);
        if (mode == modes.end())
            throw std::runtime_error("unknown mode " + m_row["mode"].toStdString());
        (this->*mode->second)();
    }

private:
    CorpusMessage& add(const QByteArray& value)
    {
        CorpusMessage& message = m_out.emplace_back(m_pattern);
        message.name = m_pattern.file + "#" + QString::number(m_count++);
        message.value = value.toStdString();
        return message;
    }
    QByteArray numbered(const QByteArray& members) const
    {
        return "{\"id\":" + QByteArray::number(m_count) + "," + members + "}";
    }

    void readFile() { add(m_bytes).name = m_pattern.file; }
    void readLines()
    {
        for (const QByteArray& line : m_bytes.split('\n')) {
            if (!line.trimmed().isEmpty())
                add(line);
        }
    }
    void readKeysAndValues()
    {
        for (const QByteArray& line : m_bytes.split('\n')) {
            if (line.trimmed().isEmpty())
                continue;
            const qsizetype caret = line.indexOf('^');
            CorpusMessage& message = add(line.mid(caret + 1));
            message.key = line.left(caret).toStdString();
            if (!message.value->empty())
                continue;
            message.value.reset();
            message.expected = "control";
        }
    }
    void readArray()
    {
        for (const QByteArray& element : elementsOf(m_bytes))
            add(element);
    }
    /// As value, nested value, message key and header, and as a key name unless only values count.
    void readStrings()
    {
        for (const QJsonValue& value : QJsonDocument::fromJson(m_bytes).array()) {
            const QByteArray text = jsonString(value.toString());
            CorpusMessage& message = add(numbered("\"s\":" + text + ",\"o\":{\"s\":" + text + "}"));
            message.key = value.toString().toStdString();
            message.headers = {{"s", message.key}};
            if (value.toString().contains(QChar(0)))
                message.expected = "either"; // the README on U+0000: database text cannot hold it
            if (m_row["want"] != "values")
                add(numbered(text + ":\"as a key\""));
        }
    }
    void readNumbers()
    {
        for (const CsvRow& row : readCsv(m_bytes)) {
            CorpusMessage& message = add(numbered("\"x\":" + row["literal"].toUtf8()));
            message.name = row["literal"];
            message.expected = row["class"];
        }
    }
    void readFormats()
    {
        for (const CsvRow& row : readCsv(m_bytes))
            add(numbered(jsonString(row["format"]) + ":" + row["json"].toUtf8())).name =
                row["description"];
    }
    void readRecords()
    {
        for (const QByteArray& line : m_bytes.split('\n')) {
            if (!line.trimmed().isEmpty())
                addRecord(QJsonDocument::fromJson(line).object());
        }
    }
    void addRecord(const QJsonObject& record)
    {
        CorpusMessage& message = add({});
        message.key = bytesOf(record, "k");
        message.value = bytesOf(record, "v");
        message.partition = record["p"].toInt();
        message.timestampMs = record["ts"].toInteger(-1);
        message.name = record["name"].toString(message.name);
        message.expected = record["class"].toString(message.expected);
        for (const QJsonValue& header : record["h"].toArray()) {
            const QJsonValue value = header[1];
            std::optional<std::string> bytes;
            if (value.isObject())
                bytes = QByteArray::fromBase64(value["b64"].toString().toLatin1()).toStdString();
            else if (value.isString())
                bytes = value.toString().toStdString();
            message.headers.emplace_back(header[0].toString().toStdString(), bytes);
        }
    }
    static std::optional<std::string> bytesOf(const QJsonObject& record, const QString& name)
    {
        const QJsonValue coded = record[name + "64"];
        if (coded.isString())
            return QByteArray::fromBase64(coded.toString().toLatin1()).toStdString();
        const QJsonValue text = record[name];
        return text.isString() ? std::optional(text.toString().toStdString()) : std::nullopt;
    }

    QByteArray m_bytes;
    const CsvRow& m_row;
    std::vector<CorpusMessage>& m_out;
    CorpusMessage m_pattern;
    int m_count = 0;
};

QHash<QString, QString> expectedClasses(const QString& corpusFolder)
{
    QHash<QString, QString> classes;
    if (QFile::exists(corpusFolder + "/expected.csv")) {
        for (const CsvRow& row : readCsv(contentsOf(corpusFolder + "/expected.csv")))
            classes[row["file"]] = row["class"];
    }
    return classes;
}

QStringList filesOf(const QString& corpusFolder, const CsvRow& row)
{
    QStringList files;
    const QRegularExpression pattern(row["match"]);
    QDirIterator found(corpusFolder + "/" + row["path"], QDir::Files, QDirIterator::Subdirectories);
    while (found.hasNext()) {
        const QString file = QDir(corpusFolder).relativeFilePath(found.next());
        if (pattern.match(file).hasMatch())
            files += file;
    }
    files.sort();
    return files;
}

} // namespace

QString corporaFolder()
{
    const QString folder =
        qEnvironmentVariable("MILLRACE_CORPORA", MR_SOURCE_FOLDER "/../shared/corpora");
    return QFile::exists(folder + "/table.csv") ? folder : QString();
}

std::vector<CorpusMessage> loadCorpora(const QString& folder, const QStringList& only)
{
    std::vector<CorpusMessage> messages;
    for (const CsvRow& row : readCsv(contentsOf(folder + "/table.csv"))) {
        const QString corpus = row["corpus"];
        if (row["mode"] == "none" || (!only.isEmpty() && !only.contains(corpus)))
            continue;
        const auto classes = expectedClasses(folder + "/" + corpus);
        for (const QString& file : filesOf(folder + "/" + corpus, row))
            FileReader(folder, row, file, classes[file], messages).read();
    }
    return messages;
}

} // namespace millrace::tests
