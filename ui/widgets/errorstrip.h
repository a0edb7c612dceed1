// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QWidget>

#include <functional>

class QLabel;
class QPushButton;
class QToolButton;

namespace condaoci::ui {

/// What went wrong, one at a time, until it is dismissed. Not there while there is nothing to say. Equal messages are
/// counted and not stacked.
class ErrorStrip final : public QWidget
{
    Q_OBJECT

public:
    /// What can be done about a problem: a button beside it.
    struct Remedy
    {
        QString text;
        std::function<void()> run;
        bool dismisses = true; ///< the problem is dealt with
    };

    explicit ErrorStrip(QWidget* parent = nullptr);

    /// \param text      plain text, without secrets
    /// \param remedies  at most `remediesShown`
    void add(const QString& text, const QList<Remedy>& remedies = {});
    [[nodiscard]] int count() const { return static_cast<int>(m_problems.size()); }
    [[nodiscard]] QString text() const; ///< that is shown now

private:
    struct Problem
    {
        QString text;
        QList<Remedy> remedies;
        int times = 1;
    };
    void show(int index);
    void dismiss();

    static constexpr int remediesShown = 2;
    QList<Problem> m_problems;
    int m_shown = 0;
    QLabel* m_text;
    QLabel* m_count;
    QToolButton* m_previous;
    QToolButton* m_next;
    QList<QPushButton*> m_remedies;
    QPushButton* m_dismiss;
    QPushButton* m_dismissAll;
};

} // namespace condaoci::ui
