// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/path_dictionary.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::record;
using millrace::schema::Path;

class TstPathDictionary : public QObject
{
    Q_OBJECT

private slots:
    void internsEachPathOnce();
    void refusesKeysThatAreIdsOrTooLong();
    void predictsTheNextKeyAndRecovers();
    void tellsKeysOfAnyLengthApart();
    void isBoundedAParentAndAltogether();
};

void TstPathDictionary::internsEachPathOnce()
{
    PathDictionary paths;
    QCOMPARE(paths.size(), 1u);
    const PathId a = paths.child(PathDictionary::root, "a");
    const PathId ab = paths.child(a, "b");
    const PathId b = paths.child(PathDictionary::root, "b");
    QVERIFY(a != ab && ab != b && a != b);
    QCOMPARE(paths.child(a, "b"), ab);
    QCOMPARE(paths.child(PathDictionary::root, "b"), b);
    QCOMPARE(paths.size(), 4u);
    QCOMPARE(paths.path(ab), (Path{"a", "b"}));
    QCOMPARE(paths.path(PathDictionary::root), Path{});
    QCOMPARE(paths.parent(ab), a);
    QCOMPARE(paths.key(ab), std::string_view("b"));
    const PathId empty = paths.child(PathDictionary::root, "");
    QCOMPARE(paths.path(empty), Path{""});
}

void TstPathDictionary::refusesKeysThatAreIdsOrTooLong()
{
    PathDictionary paths;
    QCOMPARE(paths.child(PathDictionary::root, "17"), PathDictionary::none);
    QCOMPARE(paths.child(PathDictionary::root, std::string(1'025, 'x')), PathDictionary::none);
    QVERIFY(paths.child(PathDictionary::root, std::string(1'024, 'x')) != PathDictionary::none);
    QCOMPARE(paths.childAfter(PathDictionary::root, PathDictionary::none, "17"),
             PathDictionary::none);
    QCOMPARE(paths.size(), 2u);
}

void TstPathDictionary::predictsTheNextKeyAndRecovers()
{
    PathDictionary paths;
    const char* const orders[] = {"abcd", "abcd", "acd",   "bd",  "dcba",
                                  "d",    "abcd", "xabcd", "abcd"};
    std::map<char, PathId> ids;
    for (const std::string_view order : orders) {
        PathId previous = PathDictionary::none;
        for (const char& key : order) {
            const PathId id =
                paths.childAfter(PathDictionary::root, previous, std::string_view(&key, 1));
            QCOMPARE(ids.try_emplace(key, id).first->second, id);
            previous = id;
        }
    }
    QCOMPARE(paths.size(), 6u);
}

void TstPathDictionary::tellsKeysOfAnyLengthApart()
{
    for (std::size_t size = 1; size < 70; ++size) {
        PathDictionary paths;
        const std::string key(size, 'k');
        const PathId id = paths.childAfter(PathDictionary::root, PathDictionary::none, key);
        QCOMPARE(paths.childAfter(PathDictionary::root, PathDictionary::none, key), id);
        for (std::size_t place = 0; place < size; ++place) {
            std::string other = key;
            other[place] = 'x';
            QVERIFY(paths.child(PathDictionary::root, other) != id);
            PathDictionary fresh;
            const PathId first = fresh.childAfter(PathDictionary::root, PathDictionary::none, key);
            QVERIFY(fresh.childAfter(PathDictionary::root, PathDictionary::none, other) != first);
        }
    }
}

void TstPathDictionary::isBoundedAParentAndAltogether()
{
    PathDictionary paths;
    const PathId map = paths.child(PathDictionary::root, "map");
    std::uint32_t interned = 0;
    for (int i = 0; i < 3'000; ++i)
        interned += paths.child(map, "k" + std::to_string(i)) != PathDictionary::none ? 1 : 0;
    QCOMPARE(interned, PathDictionary::childrenMax);
    QVERIFY(paths.child(PathDictionary::root, "other") != PathDictionary::none);
    for (int i = 0; i < 40'000; ++i) {
        const PathId parent = paths.child(PathDictionary::root, "p" + std::to_string(i % 100));
        paths.child(parent, "c" + std::to_string(i));
    }
    QCOMPARE(paths.size(), PathDictionary::pathsMax);
    QCOMPARE(paths.child(PathDictionary::root, "late"), PathDictionary::none);
    for (PathId id = 1; id < paths.size(); ++id)
        QCOMPARE(paths.child(paths.parent(id), paths.key(id)), id);
}

MR_TEST(TstPathDictionary)
#include "tst_path_dictionary.moc"
