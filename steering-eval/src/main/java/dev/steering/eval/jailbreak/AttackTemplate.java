package dev.steering.eval.jailbreak;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.steering.core.BadRequest;
import dev.steering.core.prompts.Prompt;
import dev.steering.core.prompts.Said;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A frame around a question: one message, or several of a conversation, with slots for the question. A slot is <code>{question}</code>, or
 * <code>{question:base64}</code>, <code>{question:rot13}</code> or <code>{question:leetspeak}</code> for the question in that {@linkplain
 * QuestionEncoding writing}. Immutable and thread-safe.
 *
 * @param name short name, for tables
 * @param messages an optional system message first, then user and assistant in turn, the user last; at least one slot among them
 */
public record AttackTemplate(String name, List<Said> messages) {
    private static final Pattern SLOT = Pattern.compile("\\{question(?::([^{}]*))?\\}");
    private static final String SLOTS = "{question}"
            + Arrays.stream(QuestionEncoding.values())
                    .skip(1)
                    .map(encoding -> ", {question:" + encoding.slot() + "}")
                    .collect(Collectors.joining());

    /** @throws BadRequest if it has no name or no slot, one that is not known, or messages that are no conversation */
    public AttackTemplate {
        messages = List.copyOf(messages);
        if (name.isBlank()) {
            throw new BadRequest("An attack template needs a name.");
        }
        boolean slotted = false;
        for (Said message : messages) {
            Matcher slot = SLOT.matcher(message.content());
            while (slot.find()) {
                encoding(name, slot);
                slotted = true;
            }
        }
        if (!slotted) {
            throw new BadRequest("The attack template '" + name + "' has no place for the question: write one of "
                    + SLOTS + " into it.");
        }
        requireConversation(name, messages);
    }

    /**
     * @param name short name
     * @param text what the user says, with a slot
     */
    public AttackTemplate(String name, String text) {
        this(name, List.of(new Said("user", text)));
    }

    private static void requireConversation(String name, List<Said> messages) {
        List<String> roles = messages.stream().map(Said::role).toList();
        List<String> turns = roles.get(0).equals("system") ? roles.subList(1, roles.size()) : roles;
        boolean alternate = turns.size() % 2 == 1;
        for (int i = 0; i < turns.size(); i++) {
            alternate &= turns.get(i).equals(i % 2 == 0 ? "user" : "assistant");
        }
        if (!alternate) {
            throw new BadRequest(
                    "The attack template '" + name + "' must be messages of user and assistant in turn, the"
                            + " user last, perhaps behind a system message; found " + roles + ".");
        }
    }

    /**
     * Frames a question. Of a conversation the last message is framed, and the earlier ones stay in front.
     *
     * @param question a question
     * @return the question in the frame, at the same place
     * @throws BadRequest if question and template both have a system message
     */
    public Prompt wrap(Prompt question) {
        List<Said> earlier = question.isConversation()
                ? question.conversation().subList(0, question.conversation().size() - 1)
                : List.of();
        String asked = question.isConversation()
                ? question.conversation().get(earlier.size()).content()
                : question.text();
        List<Said> said = new ArrayList<>(earlier);
        for (Said message : messages) {
            if (message.role().equals("system") && !earlier.isEmpty()) {
                if (earlier.get(0).role().equals("system")) {
                    throw new BadRequest(question.place() + " has a system message, and so has the attack template '"
                            + name + "': a conversation can have one only. Leave one out.");
                }
                said.add(0, filled(message, asked));
            } else {
                said.add(filled(message, asked));
            }
        }
        Prompt.Frame frame = new Prompt.Frame(name, asked);
        return said.size() == 1
                ? new Prompt(said.get(0).content(), List.of(), question.place(), question.kind(), frame)
                : new Prompt(json(said), said, question.place(), question.kind(), frame);
    }

    private Said filled(Said message, String question) {
        return new Said(
                message.role(),
                SLOT.matcher(message.content())
                        .replaceAll(slot ->
                                Matcher.quoteReplacement(encoding(name, slot).encode(question))));
    }

    private static QuestionEncoding encoding(String name, MatchResult slot) {
        if (slot.group(1) == null) {
            return QuestionEncoding.PLAIN;
        }
        for (QuestionEncoding encoding : QuestionEncoding.values()) {
            if (encoding != QuestionEncoding.PLAIN && encoding.slot().equals(slot.group(1))) {
                return encoding;
            }
        }
        throw new BadRequest(
                "The attack template '" + name + "' holds " + slot.group() + ", expected one of " + SLOTS + ".");
    }

    private static String json(List<Said> said) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        said.forEach(message -> array.addObject().put("role", message.role()).put("content", message.content()));
        return array.toString();
    }
}
