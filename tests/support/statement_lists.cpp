// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/statement_lists.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

#include <iterator>
#include <stdexcept>

namespace millrace::tests {

namespace {

std::vector<QByteArray> linesOf(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        throw std::runtime_error("cannot read " + path.toStdString());
    std::vector<QByteArray> lines;
    while (!file.atEnd()) {
        QByteArray line = file.readLine();
        if (line.endsWith('\n'))
            line.chop(1);
        lines.push_back(line);
    }
    return lines;
}

std::vector<QJsonObject> objectsOf(const QString& path)
{
    std::vector<QJsonObject> objects;
    for (const QByteArray& line : linesOf(path))
        objects.push_back(QJsonDocument::fromJson(line).object());
    return objects;
}

std::string oneLine(const std::string& sql)
{
    if (sql.empty())
        return "(nothing)";
    return QString::fromStdString(sql)
        .replace('\\', "\\\\")
        .replace('\n', "\\n")
        .replace('\r', "\\r")
        .replace(QChar(0), "\\0")
        .toStdString();
}

} // namespace

std::vector<ListedStatement> ownStatements(const QString& name)
{
    std::vector<ListedStatement> found;
    std::string heading;
    for (const QByteArray& line : linesOf(MR_SOURCE_FOLDER "/tests/core/query/statements/" + name))
        if (line.startsWith("-- # "))
            heading = line.mid(5).toStdString();
        else if (!line.startsWith("--") && !line.isEmpty())
            found.push_back({oneLine(line.toStdString()), line.toStdString(), heading, {}});
    return found;
}

std::vector<ListedStatement> corpusStatements(const QString& folder, const QString& name)
{
    std::vector<ListedStatement> found;
    for (const QJsonObject& line : objectsOf(folder + "/sql_injection/" + name)) {
        const std::string sql = line["sql"].toString().toStdString();
        const QString expect = line[line.contains("expect") ? "expect" : "level"].toString();
        found.push_back({oneLine(sql), sql, {}, expect.toStdString()});
    }
    return found;
}

std::vector<ListedStatement> generatedStatements(const QString& folder)
{
    std::vector<ListedStatement> found;
    for (const QJsonObject& line : objectsOf(folder + "/sql_injection/sandbox_generated.jsonl")) {
        QString sql =
            line["prefix"].toString() + line["unit"].toString().repeated(line["repeat"].toInt());
        const QJsonObject more = line["suffix_unit"].toObject();
        sql += line["suffix"].toString() + more["head"].toString() +
               more["unit"].toString().repeated(more["repeat"].toInt());
        found.push_back({"generated " + line["name"].toString().toStdString(),
                         sql.toStdString(),
                         {},
                         line["expect"].toString().toStdString()});
    }
    return found;
}

std::vector<ListedStatement> injectedStrings(const QString& folder)
{
    const QDir strings(folder + "/sql_injection/strings");
    std::vector<ListedStatement> found;
    for (const QString& name : strings.entryList(QDir::Files))
        for (const QByteArray& line : linesOf(strings.filePath(name)))
            found.push_back({oneLine(line.toStdString()), line.trimmed().toStdString(), {}, {}});
    return found;
}

std::vector<ListedStatement> attackStatements(const QString& folder)
{
    auto all = ownStatements("attacks.sql");
    for (auto some : {corpusStatements(folder, "sandbox_refuse.jsonl"), generatedStatements(folder),
                      injectedStrings(folder)})
        std::move(some.begin(), some.end(), std::back_inserter(all));
    return all;
}

} // namespace millrace::tests
