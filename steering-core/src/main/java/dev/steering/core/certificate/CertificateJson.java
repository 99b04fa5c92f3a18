package dev.steering.core.certificate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.certificate.CertifiedSet.Role;
import dev.steering.core.json.JsonFields;

/** A certificate as JSON: a part of a vector file, and what commands print. Stateless and thread-safe. */
public final class CertificateJson {
    private CertificateJson() {}

    /**
     * @param certificate a certificate
     * @return its JSON; equal certificates give equal text
     */
    public static ObjectNode write(Certificate certificate) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("vector", certificate.vectorHash())
                .put("model_fingerprint", certificate.modelFingerprint())
                .put("model_name", certificate.modelName())
                .put("precision", certificate.precision());
        putSetting(node.putObject("setting"), certificate.setting());
        node.put("judge", certificate.judge())
                .put("max_new_tokens", certificate.maxNewTokens())
                .put("system", certificate.system());
        ArrayNode sets = node.putArray("sets");
        certificate.sets().forEach(set -> putSet(sets.addObject(), set));
        CertifiedDivergence divergence = certificate.divergence();
        if (divergence == null) {
            node.putNull("divergence");
        } else {
            ObjectNode kl = node.putObject("divergence").put("steered", divergence.steered());
            divergence.random().forEach(kl.putArray("random")::add);
            kl.put("tokens", divergence.tokens());
        }
        certificate.notes().forEach(node.putArray("notes")::add);
        certificate.commands().forEach(node.putArray("commands")::add);
        ObjectNode versions = node.putObject("versions");
        certificate.versions().forEach(versions::put);
        return node;
    }

    private static void putSetting(ObjectNode node, CertifiedSetting setting) {
        node.put("method", setting.method()).put("plan", setting.plan()).put("words", setting.words());
        setting.layers().forEach(node.putArray("layers")::add);
        node.put("alpha", setting.alpha()).put("scale", setting.scale());
    }

    private static void putSet(ObjectNode node, CertifiedSet set) {
        node.put("set", set.name())
                .put("role", set.role().words())
                .put("file", set.file())
                .put("file_sha256", set.fileHash())
                .put("prompts_sha256", set.promptsHash())
                .put("prompts", set.prompts());
        putAnswers(node.putObject("unsteered"), set.unsteered());
        putAnswers(node.putObject("steered"), set.steered());
        ArrayNode random = node.putArray("random");
        set.random().forEach(answers -> putAnswers(random.addObject(), answers));
    }

    private static void putAnswers(ObjectNode node, CertifiedAnswers answers) {
        node.put("refused", answers.refused())
                .put("low", answers.low())
                .put("high", answers.high())
                .put("empty", answers.empty())
                .put("repetitive", answers.repetitive())
                .put("cut", answers.cut());
    }

    /**
     * @param json what {@link #write} made
     * @return the certificate
     * @throws dev.steering.core.BadFile if something is missing or is of another kind
     */
    public static Certificate read(JsonFields json) {
        return new Certificate(
                json.string("vector"),
                json.string("model_fingerprint"),
                json.string("model_name"),
                json.string("precision"),
                json.object("setting", CertificateJson::setting),
                json.string("judge"),
                json.integer("max_new_tokens"),
                json.has("system") ? json.string("system") : null,
                json.objects("sets", CertificateJson::set),
                json.optional("divergence", CertificateJson::divergence),
                json.strings("notes"),
                json.strings("commands"),
                json.stringMap("versions"));
    }

    private static CertifiedSetting setting(JsonFields json) {
        return new CertifiedSetting(
                json.string("method"),
                json.string("plan"),
                json.string("words"),
                json.integers("layers"),
                json.has("alpha") ? json.number("alpha") : null,
                json.has("scale") ? json.string("scale") : null);
    }

    private static CertifiedDivergence divergence(JsonFields json) {
        return new CertifiedDivergence(json.number("steered"), json.numbers("random"), json.longInteger("tokens"));
    }

    private static CertifiedSet set(JsonFields json) {
        int prompts = json.integer("prompts");
        if (prompts < 1) {
            throw json.wrong("prompts", "at least 1", "" + prompts);
        }
        return new CertifiedSet(
                json.string("set"),
                json.choice("role", Role.values()),
                json.has("file") ? json.string("file") : null,
                json.has("file_sha256") ? json.string("file_sha256") : null,
                json.string("prompts_sha256"),
                prompts,
                json.object("unsteered", part -> answers(part, prompts)),
                json.object("steered", part -> answers(part, prompts)),
                json.objects("random", part -> answers(part, prompts)));
    }

    private static CertifiedAnswers answers(JsonFields json, int prompts) {
        int refused = json.integer("refused");
        if (refused < 0 || refused > prompts) {
            throw json.wrong("refused", "0 to " + prompts, "" + refused);
        }
        return new CertifiedAnswers(
                refused,
                json.number("low"),
                json.number("high"),
                json.integer("empty"),
                json.integer("repetitive"),
                json.integer("cut"));
    }
}
