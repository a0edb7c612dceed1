// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/jsonfaults.h"

#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/conda/jsonscan.h"

namespace condaoci::conda::json {

namespace ondemand = simdjson::ondemand;

/// simdjson's finding in a person's words, as half a sentence about what holds it.
QString wordsFor(simdjson::error_code error)
{
    switch (error) {
    case simdjson::UTF8_ERROR:
        return Messages::tr("it has bytes that are not UTF-8");
    case simdjson::STRING_ERROR:
        return Messages::tr("it has an escape that is not a character (half of a surrogate pair, for example)");
    case simdjson::UNESCAPED_CHARS:
        return Messages::tr("it has a control character in a text");
    case simdjson::DEPTH_ERROR:
        return Messages::tr("its brackets are nested too deep");
    case simdjson::MEMALLOC:
    case simdjson::CAPACITY:
        return Messages::tr("there is not enough memory to read it");
    default:
        return Messages::tr("it is not valid JSON");
    }
}

/// Does it leave it clear where a value ends? Then all around the value can be read.
bool isWithinValue(simdjson::error_code error)
{
    return error == simdjson::UTF8_ERROR || error == simdjson::STRING_ERROR || error == simdjson::UNESCAPED_CHARS ||
           error == simdjson::DEPTH_ERROR;
}

namespace {

std::string_view trimmed(std::string_view token)
{
    while (!token.empty() && isSpace(token.back()))
        token.remove_suffix(1);
    return token;
}

} // namespace

void walk(ondemand::value value, qint64 depth)
{
    const std::string_view token = value.raw_json_token();
    if (token.starts_with('"')) {
        value.get_raw_json_string().value(); // what simdjson skips by itself may be a key without anybody noticing
        return;
    }
    const bool isArray = token.starts_with('[');
    if (!isArray && !token.starts_with('{')) {
        const std::string_view word = trimmed(token);
        if (word == "null" || word == "true" || word == "false" || isNumber(word))
            return;
        const bool isWord = !word.empty() && std::string_view(",:]}").find(word.front()) == std::string_view::npos;
        throw simdjson::simdjson_error(isWord ? simdjson::NUMBER_ERROR : simdjson::TAPE_ERROR);
    }
    if (depth == limits::repodataDepth)
        throw simdjson::simdjson_error(simdjson::DEPTH_ERROR);
    if (isArray) {
        for (ondemand::value element : value.get_array())
            walk(element, depth + 1);
    } else {
        for (ondemand::field field : value.get_object())
            walk(field.value(), depth + 1);
    }
}

Error outOfMemory(qint64 bytes)
{
    return {ErrorKind::Disk,
            Messages::tr("this computer does not have enough memory to read an index of %1 bytes").arg(bytes)};
}

} // namespace condaoci::conda::json
