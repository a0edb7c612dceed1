// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/console.h"
#include "app/cli/copyrun.h"
#include "app/cli/networkoptions.h"
#include "app/cli/verbs.h"
#include "app/credentialstore.h"
#include "core/base/outputfile.h"
#include "core/base/text.h"
#include "core/http/filesink.h"
#include "core/mirror/packagerepo.h"
#include "core/mirror/places/mirrorpath.h"

#include <QFileInfo>

#include <memory>

namespace condaoci::app {

namespace {

struct Options : NetworkOptions
{
    std::string reference;
    std::string what;
    std::string member;
    std::string output;
};

/// Bytes as they are, to a file or into a pipe; a terminal shows them.
int write(Result<QByteArray> bytes, OutputFile& output)
{
    if (!bytes)
        return failToFind(bytes.error());
    if (output.isStandardOutput() && isTerminal(stdout))
        bytes = forTerminal(*bytes);
    if (!bytes)
        return failWith(bytes.error());
    if (auto written = output.write(*bytes); !written)
        return failWith(written.error());
    auto committed = output.commit();
    return committed ? 0 : failWith(committed.error());
}

int showSummary(mirror::PackageRepo& repo, const QString& package)
{
    auto stored = repo.manifest(package);
    if (!stored)
        return failToFind(stored.error());
    auto manifest = oci::Manifest::parse(stored->bytes, stored->mediaType);
    if (!manifest)
        return failWith(manifest.error());
    printResult(QStringLiteral("%1  %2").arg(package, stored->digest.toString()));
    for (const oci::Descriptor& layer : manifest->layers)
        printResult(QStringLiteral("  %1  %2  %3  %4")
                        .arg(layer.title().isEmpty() ? QStringLiteral("(no title)") : layer.title(),
                             shownBytes(layer.size), layer.mediaType, layer.digest.toString()));
    return 0;
}

int showInfo(mirror::PackageRepo& repo, const QString& package, const Options& options, OutputFile& output)
{
    auto members = repo.info(package);
    if (!members)
        return failToFind(members.error());
    const QByteArray wanted = QByteArray::fromStdString(options.member);
    for (const conda::InfoMember& member : *members) {
        if (wanted.isEmpty())
            printResult(QStringLiteral("%1  %2")
                            .arg(shownBytes(member.content.size()), 10)
                            .arg(oneLine(QString::fromUtf8(member.path))));
        else if (member.path == wanted)
            return write(member.content, output);
    }
    if (wanted.isEmpty())
        return 0;
    return failToFind(
        Error{ErrorKind::NotFound, QStringLiteral("info/ of %1 has no %2").arg(package, QString::fromUtf8(wanted))});
}

int savePackage(mirror::PackageRepo& repo, const QString& package, const Options& options)
{
    if (options.output.empty())
        return failWith(Error{ErrorKind::Config, QStringLiteral("where to? Give a file with --output")});
    http::FileSink sink(text(options.output));
    if (auto opened = sink.open(); !opened)
        return failWith(opened.error());
    if (sink.isStandardOutput() && isTerminal(stdout))
        return failWith(notForTerminal(QStringLiteral("a package")));
    auto name = repo.package(package, sink, conda::formatOf(options.output));
    if (!name)
        return failToFind(name.error());
    if (auto committed = sink.commit(); !committed)
        return failWith(committed.error());
    const auto say = sink.isStandardOutput() ? &printMessage : &printResult;
    say(QStringLiteral("%1 (%2) → %3").arg(*name, shownBytes(sink.written()), text(options.output)));
    return 0;
}

int inspect(const Options& options)
{
    auto path = mirror::parsePackagePath(QString::fromStdString(options.reference));
    if (!path)
        return failWith(path.error());
    auto network = networkOf(options);
    if (!network)
        return failWith(network.error());
    const auto credentials = findCredentials(path->channel.endpoint);
    mirror::PackageRepo repo(path->channel, path->subdir, lookupFor(path->channel.endpoint, credentials),
                             *std::move(network));
    if (options.what == "package")
        return savePackage(repo, path->package, options);
    OutputFile output(options.output.empty() ? QStringLiteral("-") : text(options.output));
    if (auto opened = output.open(); !opened)
        return failWith(opened.error());
    if (options.what == "manifest") {
        auto stored = repo.manifest(path->package);
        return write(stored ? Result<QByteArray>(stored->bytes) : Result<QByteArray>(stored.error()), output);
    }
    if (options.what == "index")
        return write(repo.indexJson(path->package), output);
    if (options.what == "info")
        return showInfo(repo, path->package, options, output);
    return showSummary(repo, path->package);
}

} // namespace

Verb addInspect(CLI::App& app)
{
    const auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("inspect", "Look at one package of a mirror");
    command->add_option("PACKAGE", options->reference, "REGISTRY/CHANNEL/SUBDIR/NAME:VERSION-BUILD")->required();
    command
        ->add_option("WHAT", options->what, "manifest, index (info/index.json), info or package; otherwise a summary")
        ->check(CLI::IsMember({"manifest", "index", "info", "package"}));
    command->add_option("MEMBER", options->member, "A file of info/, for example recipe/meta.yaml; otherwise a list");
    command
        ->add_option("-o,--output", options->output,
                     "Write to this file, - is standard output; of a package, its ending (.conda, .tar.bz2) "
                     "says which of two formats")
        ->type_name("FILE");
    addNetworkOptions(*command, *options);
    command->footer(
        "`info` never downloads the package.\n\nExamples:\n"
        "  conda-oci inspect ghcr.io/myorg/conda-forge/linux-64/zlib:1.2.11-0 index\n"
        "  conda-oci inspect ghcr.io/myorg/conda-forge/linux-64/zlib:1.2.11-0 info recipe/meta.yaml\n"
        "  conda-oci inspect oci-layout:./mirror//conda-forge/noarch/tzdata:2024a-h0c530f3_0 package -o t.conda");
    return {command, [options] { return inspect(*options); }};
}

} // namespace condaoci::app
