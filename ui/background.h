// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QFutureWatcher>
#include <QtConcurrent>

#include <stop_token>

namespace condaoci::ui {

/// The threads that inBackground() works on. Not Qt's global ones: Qt draws with those, too, and the window would wait
/// for its own work.
[[nodiscard]] QThreadPool* backgroundThreads();

/// Lets something large go on another thread: to free a million records takes longer than a frame.
template<typename T>
void dropInBackground(T&& value)
{
    (void)QtConcurrent::run(backgroundThreads(), [dropped = std::make_shared<std::decay_t<T>>(
                                                      std::forward<T>(value))]() mutable { dropped.reset(); });
}

/// Runs `work(stop_token)` on `pool` and afterwards `then(result)` on the thread of `context`. When `context` is gone,
/// or the returned source was asked to stop, `then` is not called; `work` is asked to stop in both cases. The one way
/// in which the window does anything that may take longer than a frame.
template<typename Work, typename Then>
std::stop_source inBackground(QThreadPool* pool, QObject* context, Work work, Then then)
{
    using Value = std::invoke_result_t<Work, std::stop_token>;
    std::stop_source stop;
    auto* watcher = new QFutureWatcher<Value>(context);
    QObject::connect(watcher, &QObject::destroyed, [stop]() mutable { stop.request_stop(); });
    QObject::connect(watcher, &QFutureWatcherBase::finished, context,
                     [watcher, stop, then = std::move(then)]() mutable {
                         watcher->deleteLater();
                         auto result = watcher->future().takeResult();
                         if (stop.stop_requested())
                             dropInBackground(std::move(result));
                         else
                             then(std::move(result));
                     });
    watcher->setFuture(
        QtConcurrent::run(pool, [work = std::move(work), token = stop.get_token()]() mutable { return work(token); }));
    return stop;
}

template<typename Work, typename Then>
std::stop_source inBackground(QObject* context, Work work, Then then)
{
    return inBackground(backgroundThreads(), context, std::move(work), std::move(then));
}

} // namespace condaoci::ui
