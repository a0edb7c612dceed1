// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/firststart.h"

#include "ui/widgets/icons.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace condaoci::ui {

namespace {

QLabel* text(const QString& words, double scale = 1, bool bold = false)
{
    auto* label = new QLabel(words);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    QFont font = label->font();
    font.setPointSizeF(font.pointSizeF() * scale);
    font.setBold(bold);
    label->setFont(font);
    return label;
}

struct Card
{
    QFrame* frame;
    QPushButton* button;
};

Card card(const char* iconName, const QString& title, const QString& words, const QString& action, const char* name)
{
    auto* frame = new QFrame;
    frame->setFrameShape(QFrame::StyledPanel);
    frame->setMinimumWidth(220);
    frame->setMaximumWidth(300);
    auto* column = new QVBoxLayout(frame);
    column->setContentsMargins(20, 20, 20, 20);
    column->setSpacing(12);
    auto* picture = new QLabel;
    picture->setPixmap(icon(iconName).pixmap(40, 40));
    auto* button = new QPushButton(action);
    button->setObjectName(QLatin1String(name));
    button->setAccessibleDescription(words);
    column->addWidget(picture);
    column->addWidget(text(title, 1.25, true));
    column->addWidget(text(words), 1, Qt::AlignTop);
    column->addWidget(button);
    return {frame, button};
}

} // namespace

FirstStart::FirstStart(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("firstStart"));
    const Card tryIt = card("media-playback-start", tr("Try it"),
                            tr("Mirrors a small sample channel into a folder on this computer and shows what stands "
                               "there then. No network, no account."),
                            tr("Tr&y It"), "tryIt");
    const Card registry = card("network-server", tr("Add a registry"),
                               tr("Sign in to ghcr.io, Harbor, Artifactory, Zot or any other OCI registry, to mirror "
                                  "channels into it or to look at what is there."),
                               tr("Add a &Registry…"), "addRegistry");
    const Card cache = card("drive-harddisk", tr("Open a cache"),
                            tr("Look at a folder of conda packages, check every one of them, and send them to a "
                               "registry."),
                            tr("Open a &Cache…"), "openCache");
    auto* cards = new QHBoxLayout;
    cards->setSpacing(20);
    cards->addStretch();
    for (const Card& each : {tryIt, registry, cache})
        cards->addWidget(each.frame, 2);
    cards->addStretch();
    auto* heading = text(tr("Conda packages in OCI registries"), 1.6, true);
    heading->setAlignment(Qt::AlignCenter);
    auto* hint = text(tr("Choose where to begin. A lock file (pixi.lock, conda-lock.yml) can be dropped here at any "
                         "time."));
    hint->setAlignment(Qt::AlignCenter);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 24, 24, 24);
    column->setSpacing(20);
    column->addStretch(2);
    column->addWidget(heading);
    column->addWidget(hint);
    column->addLayout(cards);
    column->addStretch(3);
    setFocusProxy(tryIt.button);
    tryIt.button->setDefault(true);
    m_tryIt = tryIt.button;
    connect(m_tryIt, &QPushButton::clicked, this, [this] {
        m_tryIt->setEnabled(false); // once is enough; the view changes when it is done
        Q_EMIT tryItWanted();
    });
    connect(registry.button, &QPushButton::clicked, this, &FirstStart::registryWanted);
    connect(cache.button, &QPushButton::clicked, this, &FirstStart::cacheWanted);
}

void FirstStart::offerTryIt()
{
    m_tryIt->setEnabled(true);
}

} // namespace condaoci::ui
