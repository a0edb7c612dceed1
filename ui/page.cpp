// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/page.h"

#include "ui/widgets/deliberate.h"
#include "ui/widgets/icons.h"

#include <QAction>
#include <QMessageBox>
#include <QPushButton>

namespace condaoci::ui {

QAction* Page::makeAction(const char* name, const char* iconName, const QString& text, const QKeySequence& key,
                          const std::function<void()>& run)
{
    auto* action = new QAction(icon(iconName), text, this);
    action->setObjectName(QLatin1String(name));
    action->setShortcut(key);
    // A key by itself (Delete) is the list's that has the focus; the others are for the view that is seen.
    const bool isPlain = key.count() == 1 && key[0].keyboardModifiers() == Qt::NoModifier &&
                         (key[0].key() < Qt::Key_F1 || key[0].key() > Qt::Key_F35);
    action->setShortcutContext(isPlain ? Qt::WidgetWithChildrenShortcut : Qt::WindowShortcut);
    addAction(action);
    connect(action, &QAction::triggered, this, run);
    return action;
}

void Page::askBefore(const char* name, const QString& title, const QString& text, const QString& yes,
                     const std::function<void()>& run)
{
    auto* question = new QMessageBox(QMessageBox::Warning, title, text, QMessageBox::Cancel, this);
    question->setObjectName(QLatin1String(name) + QStringLiteral("Question"));
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setTextFormat(Qt::PlainText);
    auto* button = question->addButton(yes, QMessageBox::DestructiveRole);
    button->setObjectName(QLatin1String(name) + QStringLiteral("Button"));
    onlyOnPurpose(*button);
    question->setDefaultButton(QMessageBox::Cancel);
    connect(button, &QPushButton::clicked, this, run);
    question->open();
}

} // namespace condaoci::ui
