// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/request/copyrequest.h"
#include "ui/workspace.h"

#include <QKeySequence>
#include <QWidget>

#include <functional>

class QAction;
class QMenu;

namespace condaoci::ui {

/// One of the window's four views.
class Page : public QWidget
{
    Q_OBJECT

public:
    explicit Page(Workspace& workspace, QWidget* parent = nullptr)
        : QWidget(parent)
        , m_workspace(workspace)
    {
    }

    /// What the filter field of the window shows while it is empty; empty: the page has no filter, and the field is
    /// off.
    [[nodiscard]] virtual QString filterHint() const { return {}; }
    /// Called at each key stroke in the filter field.
    virtual void setFilter(const QString& text) { Q_UNUSED(text) }
    /// The page is shown now: a place for reading what is read lazily.
    virtual void entered() {}
    /// Its actions, for the window's menu of that name; they are also in context menus and buttons of the page.
    virtual void fillMenu(QMenu& menu) { Q_UNUSED(menu); }

Q_SIGNALS:
    /// To be said in the window's strip until it is dismissed, and in the log. Plain text, without secrets.
    void problem(const QString& message);
    /// Beside the filter field: what is wrong with the filter; empty: nothing.
    void filterProblem(const QString& message);
    /// Opens the Mirror, Pull or Push dialog filled with this.
    void copyWanted(const condaoci::mirror::CopyRequest& request);
    /// Opens the credentials dialog for that registry.
    void signInWanted(const QString& registry);

protected:
    [[nodiscard]] Workspace& workspace() const { return m_workspace; }
    /// An action of the page; its shortcut works while the page has the focus.
    QAction* makeAction(const char* name, const char* iconName, const QString& text, const QKeySequence& key,
                        const std::function<void()>& run);

    /// Asks before something is destroyed, Cancel being what Return chooses. The question is named NAMEQuestion, the
    /// button of `yes` NAMEButton.
    void askBefore(const char* name, const QString& title, const QString& text, const QString& yes,
                   const std::function<void()>& run);

private:
    Workspace& m_workspace;
};

} // namespace condaoci::ui

Q_DECLARE_METATYPE(condaoci::mirror::CopyRequest)
