package dev.steering.server.http;

import org.jspecify.annotations.Nullable;

/** Decides who may ask, before anything of a request's body is read. Thread-safe. */
public interface Gatekeeper {
    /** Nobody is kept out. */
    Gatekeeper NONE = new Gatekeeper() {
        @Override
        public Pass enter(@Nullable String authorization) {
            return () -> {};
        }
    };

    /** Leave to ask, for one request. */
    interface Pass {
        /** The request has been answered; called once. */
        void leave();
    }

    /**
     * @param authorization the request's Authorization header; null for none
     * @return leave to ask
     * @throws HttpError if there is none
     */
    Pass enter(@Nullable String authorization);
}
