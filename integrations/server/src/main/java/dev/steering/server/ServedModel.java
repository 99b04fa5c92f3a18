package dev.steering.server;

import dev.steering.apply.SteeredModel;
import dev.steering.model.chat.ChatModel;
import dev.steering.server.steer.SteeringResolver;

/**
 * A model under its name.
 *
 * @param name as requests call it
 * @param chat the open model, for what reads its states
 * @param model answers
 * @param steering makes the steering that requests choose
 */
record ServedModel(String name, ChatModel chat, SteeredModel model, SteeringResolver steering) {}
