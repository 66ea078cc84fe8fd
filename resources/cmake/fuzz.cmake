# libFuzzer comes with clang; everything is instrumented for it.
set(CMAKE_CXX_COMPILER clang++ CACHE STRING "")
set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1 -fno-omit-frame-pointer" CACHE STRING "")
set(MILLRACE_SANITIZE "address,undefined" CACHE STRING "")
set(MILLRACE_FUZZ ON CACHE BOOL "")
