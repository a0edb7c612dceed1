// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/packagename.h"

#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/base/text.h"

#include <QStringDecoder>

#include <algorithm>
#include <array>

namespace condaoci::conda {

namespace {

Error refuse(std::string_view fileName, const QString& why)
{
    const auto shown = oneAsciiLine(text(fileName), 300);
    return Error{ErrorKind::Parse, Messages::tr("%1 can't be a file name: %2").arg(shown, why)};
}

Error refuseDevice(std::string_view fileName)
{
    return refuse(fileName, Messages::tr("it is the name of a device on Windows"));
}

/// What nearly all names are made of; nothing more has to be looked at then, which counts at 600,000 records. Looks at
/// every byte without leaving early, which compilers make vector instructions of.
bool isPlain(std::string_view fileName)
{
    bool isOther = false;
    for (const char c : fileName)
        isOther |= !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                     c == '-' || c == '_' || c == '+' || c == '!' || c == '=');
    return !isOther;
}

/// CON, NUL, COM1 and their kin open a device on Windows, whatever follows the first dot.
bool isDeviceName(std::string_view fileName)
{
    const auto isFirst = [first = fileName.front()](char c) { return first == c || first == c + ('a' - 'A'); };
    if (!isFirst('C') && !isFirst('P') && !isFirst('A') && !isFirst('N') && !isFirst('L') && fileName.front() > ' ')
        return false;
    const auto dot = std::min(fileName.find('.'), fileName.size());
    if (dot > 16)
        return false;
    const QByteArray stem = QByteArray(fileName.data(), static_cast<qsizetype>(dot)).trimmed().toUpper();
    static constexpr std::array names{"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"};
    if (std::any_of(names.begin(), names.end(), [&](const char* name) { return stem == name; }))
        return true;
    if (!stem.startsWith("COM") && !stem.startsWith("LPT"))
        return false;
    // Windows takes a superscript 1, 2 or 3 for the digit.
    const QByteArray port = stem.mid(3);
    return port == "\xc2\xb9" || port == "\xc2\xb2" || port == "\xc2\xb3" ||
           (port.size() == 1 && port[0] >= '0' && port[0] <= '9');
}

} // namespace

std::string_view extension(Format format)
{
    return format == Format::Conda ? ".conda" : ".tar.bz2";
}

Result<void> checkFileName(std::string_view fileName)
{
    if (fileName.empty() || fileName == "." || fileName == "..")
        return refuse(fileName, Messages::tr("it is empty or a folder's own name"));
    if (fileName.size() > static_cast<size_t>(limits::fileNameLength))
        return refuse(fileName, Messages::tr("it is longer than %1 bytes").arg(limits::fileNameLength));
    if (fileName.back() == '.' || fileName.back() == ' ')
        return refuse(fileName, Messages::tr("it ends with a dot or a space"));
    if (isPlain(fileName))
        return isDeviceName(fileName) ? Result<void>(refuseDevice(fileName)) : Result<void>();
    if (fileName.find_first_of("/\\:*?\"<>|") != std::string_view::npos)
        return refuse(fileName, Messages::tr("it contains a character that is not allowed in file names everywhere"));
    // Stateless, or an unfinished character at the end would wait for its rest; a byte order mark has to be seen below.
    QStringDecoder decoder(QStringDecoder::Utf8,
                           QStringDecoder::Flag::Stateless | QStringDecoder::Flag::ConvertInitialBom);
    const QString text = decoder(QByteArrayView(fileName.data(), static_cast<qsizetype>(fileName.size())));
    if (decoder.hasError())
        return refuse(fileName, Messages::tr("it is not UTF-8"));
    const auto characters = text.toUcs4();
    if (std::any_of(characters.begin(), characters.end(), isHidden))
        return refuse(fileName, Messages::tr("it contains control characters"));
    if (isDeviceName(fileName))
        return refuseDevice(fileName);
    if (std::any_of(characters.begin(), characters.end(), [](char32_t c) { return c > 0x7e; }))
        return refuse(fileName, Messages::tr("it contains letters beyond ASCII, which conda does not allow in names"));
    return {};
}

std::optional<Format> formatOf(std::string_view fileName)
{
    for (const Format format : {Format::Conda, Format::TarBz2}) {
        if (fileName.ends_with(extension(format)))
            return format;
    }
    return {};
}

Result<PackageName> parsePackageFileName(std::string_view fileName)
{
    if (auto checked = checkFileName(fileName); !checked)
        return checked.error();
    const auto format = formatOf(fileName);
    if (!format)
        return refuse(fileName, Messages::tr("it ends neither with .conda nor with .tar.bz2"));
    PackageName name;
    name.format = *format;
    const std::string_view stem = fileName.substr(0, fileName.size() - extension(name.format).size());
    const auto beforeBuild = stem.rfind('-');
    const auto beforeVersion = beforeBuild == std::string_view::npos || beforeBuild == 0
                                   ? std::string_view::npos
                                   : stem.rfind('-', beforeBuild - 1);
    if (beforeVersion == std::string_view::npos || beforeVersion == 0 || beforeVersion + 1 == beforeBuild ||
        beforeBuild + 1 == stem.size())
        return refuse(fileName, Messages::tr("a package's is NAME-VERSION-BUILD"));
    name.name = stem.substr(0, beforeVersion);
    name.version = stem.substr(beforeVersion + 1, beforeBuild - beforeVersion - 1);
    name.build = stem.substr(beforeBuild + 1);
    return name;
}

} // namespace condaoci::conda
