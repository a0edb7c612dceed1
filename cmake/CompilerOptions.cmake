# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
# One INTERFACE target with everything that our own code is compiled with.

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(compiler_options INTERFACE)
target_compile_features(compiler_options INTERFACE cxx_std_20)
target_include_directories(compiler_options INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})
target_compile_definitions(compiler_options INTERFACE
    QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_CAST_FROM_BYTEARRAY QT_NO_URL_CAST_FROM_STRING
    QT_NO_FOREACH QT_NO_KEYWORDS QT_STRICT_ITERATORS QT_DISABLE_DEPRECATED_BEFORE=0x060400)
if(MSVC)
    target_compile_options(compiler_options INTERFACE /W4 /utf-8 /permissive- $<$<BOOL:${CONDAOCI_WERROR}>:/WX>)
    target_compile_definitions(compiler_options INTERFACE NOMINMAX WIN32_LEAN_AND_MEAN _CRT_SECURE_NO_WARNINGS)
else()
    target_compile_options(compiler_options INTERFACE
        -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual -Wcast-align
        -Wformat=2 -Wimplicit-fallthrough -Wunused
        $<$<BOOL:${CONDAOCI_WERROR}>:-Werror>)
    if(CONDAOCI_SANITIZE)
        target_compile_options(compiler_options INTERFACE -fsanitize=${CONDAOCI_SANITIZE} -fno-omit-frame-pointer)
        target_link_options(compiler_options INTERFACE -fsanitize=${CONDAOCI_SANITIZE})
        target_compile_definitions(compiler_options INTERFACE CONDAOCI_SANITIZED)
    else()
        # What distributions build their own programs with. Fortified functions want an optimizer: targets that are
        # compiled with -O0 take them back by -U_FORTIFY_SOURCE. tests/packaging reads the binaries.
        set(released $<CONFIG:Release,RelWithDebInfo,MinSizeRel>)
        target_compile_definitions(compiler_options INTERFACE $<${released}:_FORTIFY_SOURCE=2> $<${released}:_GLIBCXX_ASSERTIONS>)
        target_compile_options(compiler_options INTERFACE -fstack-protector-strong)
        include(CheckCXXCompilerFlag)
        foreach(flag stack-clash-protection cf-protection)
            check_cxx_compiler_flag(-f${flag} HAS_${flag})
            if(HAS_${flag})
                target_compile_options(compiler_options INTERFACE -f${flag})
            endif()
        endforeach()
        if(CMAKE_EXECUTABLE_FORMAT STREQUAL "ELF")
            target_link_options(compiler_options INTERFACE -Wl,-z,relro,-z,now)
        endif()
    endif()
endif()

# Headers of dependencies are not ours to warn about; GCC's -Wold-style-cast would from macros otherwise.
set(CMAKE_NO_SYSTEM_FROM_IMPORTED OFF)

set(CMAKE_AUTOMOC OFF) # switched on for the targets that have Q_OBJECT classes
find_program(MOLD mold)
if(MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 12.1)
    add_link_options(-fuse-ld=mold)
endif()
