# One place for flags and for the shape of a room, so that no room can forget either.

set(MILLRACE_SANITIZE "" CACHE STRING "Sanitizers for -fsanitize=, empty for none")
option(MILLRACE_HARDEN "OpenSSF hardening flags" OFF)
option(MILLRACE_TESTS "Build the tests" ON)
option(MILLRACE_FUZZ "Instrument for libFuzzer (clang) and build tests/fuzz" OFF)

add_library(mr_flags INTERFACE)
target_compile_features(mr_flags INTERFACE cxx_std_20)
target_include_directories(mr_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(mr_flags INTERFACE
    -Wall -Wextra -Werror -Wpedantic -Wformat=2 -Wconversion -Wshadow -Wnon-virtual-dtor
    -Wold-style-cast -Woverloaded-virtual -Wimplicit-fallthrough
    $<$<CXX_COMPILER_ID:GNU>:-Wtrampolines>
    -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
target_compile_definitions(mr_flags INTERFACE MILLRACE_VERSION="${PROJECT_VERSION}")
if(MILLRACE_SANITIZE)
    target_compile_options(mr_flags INTERFACE
        -fsanitize=${MILLRACE_SANITIZE} -fno-sanitize-recover=all)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU") # g++ takes instrumented std::function for unset
        target_compile_options(mr_flags INTERFACE -Wno-maybe-uninitialized -Wno-tsan)
    endif()
    target_link_options(mr_flags INTERFACE -fsanitize=${MILLRACE_SANITIZE})
endif()
if(MILLRACE_FUZZ)
    target_compile_options(mr_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(MILLRACE_HARDEN)
    target_compile_options(mr_flags INTERFACE
        -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -D_GLIBCXX_ASSERTIONS -fstack-clash-protection
        -fstack-protector-strong -ftrivial-auto-var-init=zero -fPIE)
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
        target_compile_options(mr_flags INTERFACE -fcf-protection=full)
    endif()
    target_link_options(mr_flags INTERFACE
        -pie -Wl,-z,noexecstack -Wl,-z,relro -Wl,-z,now)
endif()

# g++ 12 and 14 see accesses past the end in std::string operator+ inlined at -O2 or instrumented
# (bug 105651); the dev tree keeps the warnings.
if((CMAKE_BUILD_TYPE STREQUAL "Release" OR MILLRACE_SANITIZE)
   AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(mr_flags INTERFACE
        -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
endif()

find_program(MILLRACE_CCACHE ccache)
if(MILLRACE_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        ${MILLRACE_CCACHE})
    add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endif()

# mr_area(<room> SOURCES … HEADERS … USES <rooms> PRIVATE <third-party targets>)
# A static library of the room. Rooms used are public links; third parties stay private.
function(mr_area room)
    cmake_parse_arguments(arg "" "" "SOURCES;HEADERS;USES;PRIVATE" ${ARGN})
    add_library(mr_${room} STATIC ${arg_SOURCES})
    target_sources(mr_${room} PUBLIC
        FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${arg_HEADERS})
    list(TRANSFORM arg_USES PREPEND mr_)
    target_link_libraries(mr_${room} PUBLIC mr_flags ${arg_USES} PRIVATE ${arg_PRIVATE})
    target_precompile_headers(mr_${room} PRIVATE
        <algorithm> <chrono> <cstdint> <cstring> <functional> <map> <memory> <optional> <span>
        <string> <string_view> <unordered_map> <utility> <variant> <vector>)
    set_target_properties(mr_${room} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
endfunction()

# mr_tests(<room> SOURCES tst_*.cpp LINKS <targets> [LABEL unit])
# One executable a room, named tst_<room>; each source holds one class named after its file
# (tst_type_join.cpp: TstTypeJoin) and becomes one ctest entry <room>.<class>.
function(mr_tests room)
    if(NOT MILLRACE_TESTS)
        return()
    endif()
    cmake_parse_arguments(arg "" "LABEL" "SOURCES;LINKS" ${ARGN})
    if(NOT arg_LABEL)
        set(arg_LABEL unit)
    endif()
    add_executable(tst_${room} ${PROJECT_SOURCE_DIR}/tests/support/test_main.cpp ${arg_SOURCES})
    # moc 6.4 skips an include it has seen, and then cannot read libstdc++: namespace std MACRO(x).
    set_target_properties(tst_${room} PROPERTIES AUTOMOC ON AUTOMOC_MOC_OPTIONS
        -D_GLIBCXX_VISIBILITY=)
    target_link_libraries(tst_${room} PRIVATE mr_flags Qt6::Test ${arg_LINKS})
    target_precompile_headers(tst_${room} PRIVATE <QtTest/QtTest> <string> <vector>)
    foreach(source ${arg_SOURCES})
        get_filename_component(stem ${source} NAME_WE)
        if(NOT stem MATCHES "^tst_")
            continue()
        endif()
        string(REPLACE "_" ";" words ${stem})
        set(class "")
        foreach(word ${words})
            string(SUBSTRING ${word} 0 1 first)
            string(TOUPPER ${first} first)
            string(SUBSTRING ${word} 1 -1 rest)
            string(APPEND class ${first}${rest})
        endforeach()
        add_test(NAME ${room}.${class} COMMAND tst_${room} ${class})
        set_tests_properties(${room}.${class} PROPERTIES
            LABELS ${arg_LABEL} SKIP_REGULAR_EXPRESSION "SKIP   : .*MILLRACE_CORPORA"
            ENVIRONMENT "TSAN_OPTIONS=ignore_noninstrumented_modules=1 suppressions=${PROJECT_SOURCE_DIR}/tests/support/tsan.supp;UBSAN_OPTIONS=print_stacktrace=1")
    endforeach()
endfunction()
