package dev.steering.apply.internal;

import dev.steering.core.ModelClosed;
import dev.steering.core.QueueFull;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.DecodeLoop;
import dev.steering.model.decode.Draft;
import dev.steering.model.decode.DraftQueue;
import dev.steering.model.decode.Generation;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes the drafts of any number of callers in one decoding loop on a thread of its own: first come, first served, as many at once as
 * there are rows. Thread-safe.
 */
public final class DraftServer {
    private static final String CLOSED = "The model was closed before the answer was complete.";

    private final ChatModel model;
    private final int rows;
    private final int queueLimit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Ticket> waiting = new ArrayDeque<>();
    private final Set<Ticket> writing = new LinkedHashSet<>();
    private final Thread thread;
    private boolean closing;
    private boolean ended;
    private boolean cutShort;
    private long passes;
    private long rowsOfPasses;
    private long answered;

    /**
     * @param model writes; stays the caller's to close, after this
     * @param rows most rows at once, at least 1
     * @param queueLimit most texts that wait, at least 1
     */
    public DraftServer(ChatModel model, int rows, int queueLimit) {
        this.model = model;
        this.rows = rows;
        this.queueLimit = queueLimit;
        this.thread = new Thread(this::run, "steering-decode");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Has a text written.
     *
     * @param ticket the text; what becomes of it is told there
     * @throws ModelClosed if nothing is taken any more
     * @throws QueueFull if too many wait
     */
    public void submit(Ticket ticket) {
        lock.lock();
        try {
            if (closing) {
                throw Lifetime.refused();
            }
            if (waiting.size() >= queueLimit) {
                throw new QueueFull("The queue is full: " + waiting.size() + " requests wait, which is the limit."
                        + " Try again later, or allow more.");
            }
            waiting.add(ticket);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends a text as it is; one that waits leaves at once.
     *
     * @param ticket the text
     */
    public void cancel(Ticket ticket) {
        ticket.cancel();
        boolean waited;
        lock.lock();
        try {
            waited = waiting.remove(ticket);
            answered += waited ? 1 : 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (waited) {
            ticket.drop();
        }
    }

    /**
     * Takes nothing more, lets what was taken come to its end, and stops. May be called again and by several threads.
     *
     * @param drain how long to wait; what has not ended then fails with {@link ModelClosed}
     * @return whether all that was taken came to its end, whoever closed
     */
    public boolean close(Duration drain) {
        long end = System.nanoTime() + Ticket.nanos(drain);
        boolean drained;
        List<Ticket> dropped = new ArrayList<>();
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
            boolean interrupted = false;
            while (!ended) {
                long left = end - System.nanoTime();
                if (left > 0 && !interrupted) {
                    interrupted = !await(left);
                } else {
                    cutShort |= !waiting.isEmpty() || !writing.isEmpty();
                    dropped.addAll(waiting);
                    answered += waiting.size();
                    waiting.clear();
                    writing.forEach(ticket -> ticket.abort(() -> new ModelClosed(CLOSED)));
                    changed.awaitUninterruptibly();
                }
            }
            drained = !cutShort;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        } finally {
            lock.unlock();
        }
        dropped.forEach(ticket -> ticket.fail(new ModelClosed(CLOSED)));
        return drained;
    }

    /** False if the thread was interrupted; callers ask again whatever woke it. */
    @SuppressWarnings("WaitNotInLoop")
    private boolean await(long nanos) {
        try {
            long unused = changed.awaitNanos(nanos);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    /**
     * How busy the loop has been.
     *
     * @param passes decoding passes since the start
     * @param rows rows of all of them
     * @param answered texts that have ended
     * @param waiting texts that wait now
     * @param writing texts that are being written now
     */
    public record Load(long passes, long rows, long answered, int waiting, int writing) {}

    /** @return how busy the loop has been */
    public Load load() {
        lock.lock();
        try {
            return new Load(passes, rowsOfPasses, answered, waiting.size(), writing.size());
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            Queue queue = new Queue();
            while (!queue.isExhausted()) {
                try {
                    DecodeLoop.serving(model, rows).run(queue, 1, queue);
                } catch (RuntimeException | Error e) {
                    failAll(e);
                }
            }
        } finally {
            lock.lock();
            try {
                ended = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Whatever went wrong, nobody waits for ever. */
    private void failAll(Throwable reason) {
        List<Ticket> failed;
        lock.lock();
        try {
            failed = new ArrayList<>(writing);
            writing.clear();
            if (reason instanceof ModelClosed) {
                closing = true;
                failed.addAll(waiting);
                waiting.clear();
            }
            answered += failed.size();
        } finally {
            lock.unlock();
        }
        failed.forEach(ticket -> ticket.fail(reason));
    }

    /** What the loop sees of the server. */
    private final class Queue implements DraftQueue, DecodeLoop.Results {
        @Override
        public List<Draft> take(int free, boolean idle) {
            List<Ticket> unwanted = new ArrayList<>();
            List<Draft> taken = new ArrayList<>();
            lock.lock();
            try {
                while (idle && waiting.isEmpty() && !closing) {
                    changed.awaitUninterruptibly();
                }
                removeUnwanted(unwanted);
                int left = free;
                while (!waiting.isEmpty()) {
                    int needed = waiting.element().draft().contexts().size();
                    if (needed > left && !(idle && taken.isEmpty())) {
                        break;
                    }
                    Ticket next = waiting.remove();
                    writing.add(next);
                    taken.add(next.draft());
                    left -= needed;
                }
            } finally {
                lock.unlock();
            }
            unwanted.forEach(Ticket::drop);
            return taken;
        }

        private void removeUnwanted(List<Ticket> unwanted) {
            for (Ticket ticket : waiting) {
                if (ticket.isUnwanted()) {
                    unwanted.add(ticket);
                }
            }
            waiting.removeAll(unwanted);
            answered += unwanted.size();
        }

        @Override
        public boolean isExhausted() {
            lock.lock();
            try {
                return closing && waiting.isEmpty();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void passing(int rowsNow) {
            List<Ticket> unwanted = new ArrayList<>();
            lock.lock();
            try {
                passes++;
                rowsOfPasses += rowsNow;
                removeUnwanted(unwanted);
            } finally {
                lock.unlock();
            }
            unwanted.forEach(Ticket::drop);
        }

        @Override
        public void done(Draft draft, Generation text) {
            ended(draft).complete(text);
        }

        @Override
        public void failed(Draft draft, RuntimeException reason) {
            ended(draft).fail(reason);
        }

        private Ticket ended(Draft draft) {
            Ticket ticket = (Ticket) draft.listener();
            lock.lock();
            try {
                writing.remove(ticket);
                answered++;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
            return ticket;
        }
    }
}
