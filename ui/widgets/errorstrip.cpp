// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/widgets/errorstrip.h"

#include "core/base/text.h"
#include "ui/widgets/icons.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

namespace condaoci::ui {

ErrorStrip::ErrorStrip(QWidget* parent)
    : QWidget(parent)
    , m_text(new QLabel)
    , m_count(new QLabel)
    , m_previous(new QToolButton)
    , m_next(new QToolButton)
    , m_dismiss(new QPushButton(tr("Dis&miss")))
    , m_dismissAll(new QPushButton(tr("Dismiss A&ll")))
{
    setObjectName(QStringLiteral("errorStrip"));
    setAccessibleName(tr("Problems"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::AlternateBase);
    auto* picture = new QLabel;
    picture->setPixmap(icon("dialog-warning").pixmap(20, 20));
    picture->setAccessibleName(tr("Problem"));
    m_text->setObjectName(QStringLiteral("problemText"));
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_previous->setObjectName(QStringLiteral("previousProblem"));
    m_previous->setArrowType(Qt::LeftArrow);
    m_previous->setAccessibleName(tr("Previous problem"));
    m_previous->setToolTip(tr("Previous problem"));
    m_next->setObjectName(QStringLiteral("nextProblem"));
    m_next->setArrowType(Qt::RightArrow);
    m_next->setAccessibleName(tr("Next problem"));
    m_next->setToolTip(tr("Next problem"));
    m_dismiss->setObjectName(QStringLiteral("dismissProblem"));
    m_dismissAll->setObjectName(QStringLiteral("dismissAllProblems"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(8, 4, 8, 4);
    row->addWidget(picture);
    row->addWidget(m_text, 1);
    for (QWidget* widget : std::initializer_list<QWidget*>{m_previous, m_count, m_next})
        row->addWidget(widget);
    for (int i = 0; i < remediesShown; ++i) {
        auto* button = new QPushButton;
        button->setObjectName(QStringLiteral("remedy%1").arg(i + 1));
        button->setAccessibleName(tr("What can be done"));
        row->addWidget(button);
        m_remedies.append(button);
        connect(button, &QPushButton::clicked, this, [this, i] {
            const Remedy remedy = m_problems[m_shown].remedies[i];
            if (remedy.dismisses)
                dismiss();
            remedy.run();
        });
    }
    row->addWidget(m_dismiss);
    row->addWidget(m_dismissAll);
    connect(m_previous, &QToolButton::clicked, this, [this] { show(m_shown - 1); });
    connect(m_next, &QToolButton::clicked, this, [this] { show(m_shown + 1); });
    connect(m_dismiss, &QPushButton::clicked, this, &ErrorStrip::dismiss);
    connect(m_dismissAll, &QPushButton::clicked, this, [this] {
        m_problems.clear();
        show(0);
    });
    show(0);
}

void ErrorStrip::add(const QString& text, const QList<Remedy>& remedies)
{
    const auto known = std::find_if(m_problems.begin(), m_problems.end(),
                                    [&](const Problem& problem) { return problem.text == text; });
    if (known != m_problems.end()) {
        ++known->times;
        known->remedies = remedies;
        show(static_cast<int>(known - m_problems.begin()));
        return;
    }
    m_problems.append({text, remedies});
    show(count() - 1);
}

QString ErrorStrip::text() const
{
    return m_text->text();
}

void ErrorStrip::dismiss()
{
    m_problems.removeAt(m_shown);
    show(m_shown);
}

void ErrorStrip::show(int index)
{
    m_shown = std::clamp(index, 0, std::max(0, count() - 1));
    setVisible(!m_problems.isEmpty());
    if (m_problems.isEmpty()) {
        m_text->clear();
        return;
    }
    const Problem& problem = m_problems[m_shown];
    const QString shown = oneLine(problem.text, 600);
    m_text->setText(problem.times > 1 ? tr("%1 (%n time(s))", nullptr, problem.times).arg(shown) : shown);
    m_count->setText(tr("%1 of %2").arg(m_shown + 1).arg(count()));
    for (QWidget* widget : std::initializer_list<QWidget*>{m_previous, m_count, m_next, m_dismissAll})
        widget->setVisible(count() > 1);
    m_previous->setEnabled(m_shown > 0);
    m_next->setEnabled(m_shown + 1 < count());
    for (int i = 0; i < remediesShown; ++i) {
        const QString words = problem.remedies.value(i).text;
        m_remedies[i]->setVisible(!words.isEmpty());
        m_remedies[i]->setText(words);
        m_remedies[i]->setAccessibleName(words.isEmpty() ? tr("What can be done")
                                                         : QString(words).remove(QLatin1Char('&')));
    }
}

} // namespace condaoci::ui
