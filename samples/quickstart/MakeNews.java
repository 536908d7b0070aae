import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes news that never happened, with summaries, and the tokenizer of their few hundred words.
 *
 * <p>Run it with {@code java MakeNews.java [FOLDER]}; the output is the same on every machine. Each
 * item has a document of two or three sentences, a detailed reference summary (field {@code
 * summary}), and a target to learn from (field {@code target}) that is a headline, a plain sentence
 * or the reference. Every detail of a reference (where, when, how many) costs words, so a longer
 * summary wins overlap with the reference and loses brevity.
 */
public final class MakeNews {

  private static final int ITEMS = 2000;
  private static final long SEED = 20260101;

  private static final Map<String, List<String>> WORDS = new LinkedHashMap<>();
  private static final Pattern SLOT = Pattern.compile("\\{(\\w+)}");
  private static final Pattern TOKEN = Pattern.compile("\\w+|[^\\w\\s]+");
  private static final List<String> SPECIAL = List.of("<unk>", "<s>", "</s>", "<pad>");

  static {
    words(
        "company",
        "Abacor Belvio Cantrix Delmar Elvon Fennix Gorand Helmic Ibexa Jorvik Kelpro Lumora Mirex"
            + " Nortek Orbis Pallux Quentar Rivona Solvo Tarrix Umbria Velox Wendar Xylon Yarrow"
            + " Zentis");
    words(
        "city",
        "Ashby Barnton Calder Denwick Elford Fairholm Glenmoor Hadley Ilston Jarrow Kelham Larkhill"
            + " Marlow Newby Oakham Penrith Quarley Redcar Selby Thornbury Upwell Ventnor Whitby"
            + " Yarm");
    words(
        "person",
        "Adams Baker Carter Dawson Ellis Foster Grant Hughes Irving Jensen Keller Lawson Mercer"
            + " Nolan Osborne Parker Quinn Reyes Sutton Turner Vance Walker Young Zeller");
    words(
        "team",
        "Bears Comets Dragons Eagles Falcons Giants Hawks Lions Pirates Rovers Tigers Wolves");
    words("day", "Monday Tuesday Wednesday Thursday Friday Saturday Sunday");
    words(
        "number",
        "four five six seven eight nine ten twelve fifteen twenty thirty forty fifty sixty seventy"
            + " eighty ninety");
    words(
        "place",
        "bakery brewery cinema clinic factory hotel laboratory library market office school"
            + " theatre");
    words(
        "building",
        "bridge castle church farm harbour hospital museum prison stadium station tower warehouse");
    words("disaster", "storm flood fire landslide");
    words("thing", "bicycle boat clock crown necklace painting piano statue truck violin");
    words("animal", "beetle butterfly eagle frog lizard orchid owl snail spider turtle");
    words("art", "chess dance design film garden music poetry photography science");
  }

  /**
   * A kind of event; words in braces are drawn from the list of that name.
   *
   * @param event who did what, in the past
   * @param headline the same in the fewest words
   * @param quantitySentence a sentence that states a quantity
   * @param quantity the same quantity as a summary has it
   * @param remark what may close the document and no summary needs
   */
  private record Topic(
      String event, String headline, String quantitySentence, String quantity, String remark) {}

  private static final List<Topic> TOPICS =
      List.of(
          new Topic(
              "{company} opened a new {place}",
              "{company} opens {place}",
              "The {place} will employ {number} people.",
              "employing {number} people",
              "Mayor {person} praised the plan of the company."),
          new Topic(
              "{company} closed its {place}",
              "{company} closes {place}",
              "At least {number} people there lost their jobs.",
              "with {number} jobs lost",
              "The company will keep its office in {city2}."),
          new Topic(
              "The {team} beat the {team2}",
              "{team} beat {team2}",
              "They won the match by {number} points.",
              "by {number} points",
              "Coach {person} was proud of the players."),
          new Topic(
              "A {disaster} damaged the {building}",
              "{disaster} damages {building}",
              "The repairs will cost about {number} million dollars.",
              "costing {number} million",
              "Nobody was hurt, said Captain {person}."),
          new Topic(
              "{person} won the {art} prize",
              "{person} wins {art} prize",
              "The prize is worth {number} thousand dollars.",
              "worth {number} thousand",
              "The winner was born in {city2} and lives there."),
          new Topic(
              "Police found a stolen {thing}",
              "Police find {thing}",
              "It had been missing for {number} weeks.",
              "after {number} weeks",
              "The owner, {person}, was very happy about it."),
          new Topic(
              "Scientists discovered a rare {animal}",
              "Scientists discover {animal}",
              "They had searched the hills for {number} years.",
              "after {number} years",
              "Professor {person} led the search for the {animal}."),
          new Topic(
              "{company} workers began a strike",
              "{company} workers strike",
              "The strike may go on for {number} days.",
              "for {number} days",
              "They want better pay, said their speaker {person}."),
          new Topic(
              "The council approved a {building}",
              "Council approves {building}",
              "It will cost the people {number} million dollars.",
              "for {number} million",
              "Many people in {city2} are against it."));

  private MakeNews() {}

  /** Writes {@code news.jsonl} and the folder {@code model-source}. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments.length == 0 ? "" : arguments[0]);
    Random random = new Random(SEED);
    Set<String> documents = new LinkedHashSet<>();
    StringBuilder lines = new StringBuilder();
    while (documents.size() < ITEMS) {
      Item item = draw(random);
      if (documents.add(item.document)) {
        lines.append(
            String.format(
                Locale.ROOT,
                "{\"id\":\"news-%04d\",\"document\":\"%s\",\"summary\":\"%s\",\"target\":\"%s\"}\n",
                documents.size(),
                item.document,
                item.summary,
                item.target));
      }
    }
    Files.writeString(folder.resolve("news.jsonl"), lines);

    List<String> vocabulary = vocabulary();
    Path source = Files.createDirectories(folder.resolve("model-source"));
    Files.writeString(source.resolve("tokenizer.json"), tokenizer(vocabulary));
    Files.writeString(source.resolve("tokenizer_config.json"), TOKENIZER_CONFIG);
    Files.writeString(
        source.resolve("config.json"), String.format(Locale.ROOT, CONFIG, vocabulary.size()));
  }

  private record Item(String document, String summary, String target) {}

  private static Item draw(Random random) {
    Topic topic = TOPICS.get(random.nextInt(TOPICS.size()));
    Map<String, String> drawn = new LinkedHashMap<>();
    WORDS.forEach((name, words) -> drawn.put(name, words.get(random.nextInt(words.size()))));
    drawn.put("team2", other("team", drawn, random));
    drawn.put("city2", other("city", drawn, random));

    String event = fill(topic.event, drawn);
    String where = fill("in {city}", drawn);
    String when = fill("on {day}", drawn);
    String quantity = fill(topic.quantity, drawn);

    String first =
        random.nextBoolean()
            ? sentence(event, where, when)
            : sentence(when + ",", inner(event), where);
    String second = fill(topic.quantitySentence, drawn);
    String third = fill(topic.remark, drawn);
    String document =
        switch (random.nextInt(6)) {
          case 0 -> first + " " + second;
          case 1, 2 -> first + " " + third + " " + second;
          default -> first + " " + second + " " + third;
        };

    // When and how many stand in most references, so adding them wins overlap on average.
    String summary =
        sentence(
            event,
            where,
            random.nextInt(10) < 7 ? when : "",
            random.nextInt(10) < 7 ? quantity : "");
    String target =
        switch (random.nextInt(3)) {
          case 0 -> sentence(fill(topic.headline, drawn));
          case 1 -> sentence(event, where);
          default -> summary;
        };
    return new Item(document, summary, target);
  }

  private static String other(String list, Map<String, String> drawn, Random random) {
    List<String> words = WORDS.get(list);
    int step = 1 + random.nextInt(words.size() - 1);
    return words.get((words.indexOf(drawn.get(list)) + step) % words.size());
  }

  /** Joins the parts that are not empty; the first letter becomes a capital. */
  private static String sentence(String... parts) {
    String text = String.join(" ", Arrays.stream(parts).filter(part -> !part.isEmpty()).toList());
    return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
  }

  /** Returns a clause as it stands within a sentence. */
  private static String inner(String clause) {
    boolean startsWithArticle = clause.startsWith("The ") || clause.startsWith("A ");
    boolean startsWithNoun = clause.startsWith("Police ") || clause.startsWith("Scientists ");
    return startsWithArticle || startsWithNoun
        ? Character.toLowerCase(clause.charAt(0)) + clause.substring(1)
        : clause;
  }

  private static String fill(String template, Map<String, String> drawn) {
    return SLOT.matcher(template)
        .replaceAll(slot -> Matcher.quoteReplacement(drawn.get(slot.group(1))));
  }

  private static void words(String name, String words) {
    WORDS.put(name, List.of(words.split(" ")));
  }

  /** Returns the special tokens, then every word that the grammar can write, in order. */
  private static List<String> vocabulary() {
    Set<String> words = new TreeSet<>();
    WORDS.values().forEach(words::addAll);
    for (Topic topic : TOPICS) {
      for (String template :
          List.of(
              topic.event,
              inner(topic.event),
              topic.headline,
              topic.quantitySentence,
              topic.quantity,
              topic.remark,
              "In in On on, Summary:")) {
        TOKEN
            .matcher(SLOT.matcher(template).replaceAll(" "))
            .results()
            .forEach(token -> words.add(token.group()));
      }
    }
    // Headlines may begin with a word that is small elsewhere.
    WORDS.get("disaster").forEach(word -> words.add(sentence(word).replace(".", "")));
    Set<String> all = new LinkedHashSet<>(SPECIAL);
    all.addAll(words);
    return List.copyOf(all);
  }

  private static String tokenizer(List<String> vocabulary) {
    StringBuilder entries = new StringBuilder();
    StringBuilder special = new StringBuilder();
    for (int id = 0; id < vocabulary.size(); id++) {
      String comma = id == 0 ? "" : ",";
      String token = vocabulary.get(id);
      entries.append(comma).append("\n      \"" + token + "\": " + id);
      if (id < SPECIAL.size()) {
        special.append(comma).append(String.format(Locale.ROOT, ADDED_TOKEN, id, token));
      }
    }
    return String.format(Locale.ROOT, TOKENIZER, special, entries);
  }

  private static final String ADDED_TOKEN =
      """

          {"id": %d, "content": "%s", "single_word": false, "lstrip": false, "rstrip": false,
           "normalized": false, "special": true}\
      """;

  /** Words and punctuation are tokens; the decoder joins them and closes the gaps before marks. */
  private static final String TOKENIZER =
      """
      {
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": [%s
        ],
        "normalizer": null,
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": {
          "type": "TemplateProcessing",
          "single": [
            {"SpecialToken": {"id": "<s>", "type_id": 0}},
            {"Sequence": {"id": "A", "type_id": 0}}
          ],
          "pair": [
            {"SpecialToken": {"id": "<s>", "type_id": 0}},
            {"Sequence": {"id": "A", "type_id": 0}},
            {"Sequence": {"id": "B", "type_id": 1}}
          ],
          "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}
        },
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
        "model": {
          "type": "WordLevel",
          "unk_token": "<unk>",
          "vocab": {%s
          }
        }
      }
      """;

  private static final String TOKENIZER_CONFIG =
      """
      {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "unk_token": "<unk>",
        "bos_token": "<s>",
        "eos_token": "</s>",
        "pad_token": "<pad>",
        "clean_up_tokenization_spaces": false,
        "model_max_length": 128
      }
      """;

  private static final String CONFIG =
      """
      {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": %d,
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 16,
        "hidden_act": "silu",
        "max_position_embeddings": 128,
        "rms_norm_eps": 1e-05,
        "rope_theta": 10000.0,
        "tie_word_embeddings": false,
        "attention_bias": false,
        "mlp_bias": false,
        "bos_token_id": 1,
        "eos_token_id": 2
      }
      """;
}
