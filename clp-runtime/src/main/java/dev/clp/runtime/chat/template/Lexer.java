package dev.clp.runtime.chat.template;

import dev.clp.runtime.chat.template.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a template into pieces, with white space as transformers sets Jinja up: {@code trim_blocks}
 * (the line end behind a block goes), {@code lstrip_blocks} (the white space before a block that
 * begins its line goes), and the last line end of the template goes.
 */
final class Lexer {

  private static final Pattern RAW = Pattern.compile("\\{%[-+]?\\s*raw\\s*(-%\\}|%\\})");
  private static final Pattern END_RAW =
      Pattern.compile("\\{%([-+]?)\\s*endraw\\s*(\\+%\\}|-%\\}|%\\})");
  private static final Pattern INTEGER =
      Pattern.compile("0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+|\\d(?:_?\\d)*");
  private static final Pattern FLOAT =
      Pattern.compile(
          "(?:\\d+_)*\\d+(?:(?:\\.(?:\\d+_)*\\d+)?[eE][+-]?(?:\\d+_)*\\d+|\\.(?:\\d+_)*\\d+)");
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_]+");
  private static final Pattern OPERATOR =
      Pattern.compile("//|\\*\\*|[=!<>]=|[-+/*%~\\[\\](){}<>=.:|,;]");

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int position;
  private int line = 1;
  private int counted;

  private Lexer(String source) {
    this.source = source;
  }

  /**
   * Returns the pieces of a template, ended by one of kind {@code END}.
   *
   * @throws TemplateException if it cannot be cut
   */
  static List<Token> tokens(String source) {
    String lines = source.replace("\r\n", "\n").replace('\r', '\n');
    Lexer lexer = new Lexer(lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines);
    try {
      lexer.read();
    } catch (TemplateException e) {
      throw e.at(lexer.line());
    }
    return lexer.tokens;
  }

  private int line() {
    for (; counted < position; counted++) {
      if (source.charAt(counted) == '\n') {
        line++;
      }
    }
    return line;
  }

  private void add(Kind kind, String text) {
    tokens.add(new Token(kind, text, line()));
  }

  private void read() {
    while (position < source.length()) {
      int tag = nextTag();
      if (tag < 0) {
        add(Kind.DATA, source.substring(position));
        position = source.length();
        break;
      }
      char kind = source.charAt(tag + 1);
      String sign = sign(tag + 2);
      addData(tag, sign, kind == '{');
      position = tag;
      Matcher raw = at(RAW, tag);
      if (raw.lookingAt()) {
        position = raw.end();
        skipSpace(raw.group(1).startsWith("-"));
        readRaw();
      } else if (kind == '#') {
        position = tag + 2 + sign.length();
        readComment();
      } else {
        add(kind == '{' ? Kind.VARIABLE_BEGIN : Kind.BLOCK_BEGIN, "");
        position = tag + 2 + sign.length();
        readTag(kind == '{' ? "}}" : "%}");
      }
    }
    add(Kind.END, "");
  }

  private Matcher at(Pattern pattern, int start) {
    return pattern.matcher(source).region(start, source.length());
  }

  private int nextTag() {
    for (int at = source.indexOf('{', position); at >= 0; at = source.indexOf('{', at + 1)) {
      if (at + 1 < source.length() && "{%#".indexOf(source.charAt(at + 1)) >= 0) {
        return at;
      }
    }
    return -1;
  }

  private String sign(int at) {
    boolean isSign = at < source.length() && "-+".indexOf(source.charAt(at)) >= 0;
    return isSign ? source.substring(at, at + 1) : "";
  }

  /** Adds the text before a tag, less the white space that the tag takes away. */
  private void addData(int end, String sign, boolean isVariable) {
    String text = source.substring(position, end);
    if (sign.equals("-")) {
      text = Strings.strip(text, Strings::isSpace, false, true);
    } else if (sign.isEmpty() && !isVariable) {
      int lineStart = text.lastIndexOf('\n') + 1;
      boolean beginsLine = position == 0 || source.charAt(position - 1) == '\n';
      if ((lineStart > 0 || beginsLine)
          && text.substring(lineStart).chars().allMatch(Strings::isSpace)) {
        text = text.substring(0, lineStart);
      }
    }
    if (!text.isEmpty()) {
      add(Kind.DATA, text);
    }
  }

  private void skipSpace(boolean all) {
    while (all && position < source.length() && Strings.isSpace(source.charAt(position))) {
      position++;
    }
  }

  /** Passes what a block or comment takes away behind it. */
  private void trim(char sign) {
    skipSpace(sign == '-');
    if (sign != '-' && sign != '+' && source.startsWith("\n", position)) {
      position++;
    }
  }

  private void readComment() {
    int end = source.indexOf("#}", position);
    if (end < 0) {
      throw new TemplateException("Missing end of comment tag");
    }
    char sign = end > position ? source.charAt(end - 1) : ' ';
    position = end + 2;
    trim(sign);
  }

  private void readRaw() {
    Matcher end = at(END_RAW, position);
    if (!end.find()) {
      throw new TemplateException("Missing end of raw directive");
    }
    addData(end.start(), end.group(1), false);
    position = end.end();
    trim(end.group(2).charAt(0));
  }

  private void readTag(String close) {
    Deque<Character> open = new ArrayDeque<>();
    while (true) {
      skipSpace(true);
      if (position >= source.length()) {
        throw new TemplateException("expected '" + close + "', but the template ends");
      } else if (open.isEmpty() && isClosed(close)) {
        return;
      }
      char next = source.charAt(position);
      if (next == '"' || next == '\'') {
        readText(next);
      } else if (!take(FLOAT, Kind.FLOAT)
          && !take(INTEGER, Kind.INTEGER)
          && !take(NAME, Kind.NAME)) {
        readOperator(open);
      }
    }
  }

  private boolean isClosed(String close) {
    String sign = sign(position);
    boolean isBlock = close.equals("%}");
    if (!source.startsWith(close, position + sign.length()) || (sign.equals("+") && !isBlock)) {
      return false;
    }
    add(isBlock ? Kind.BLOCK_END : Kind.VARIABLE_END, "");
    position += sign.length() + close.length();
    if (isBlock) {
      trim(sign.isEmpty() ? ' ' : sign.charAt(0));
    } else {
      skipSpace(sign.equals("-"));
    }
    return true;
  }

  private boolean take(Pattern pattern, Kind kind) {
    Matcher matcher = at(pattern, position);
    // A number behind a dot is the place of an item, as in pair.0.1.
    boolean isPlace = kind == Kind.FLOAT && position > 0 && source.charAt(position - 1) == '.';
    if (isPlace || !matcher.lookingAt()) {
      return false;
    }
    add(kind, matcher.group());
    position = matcher.end();
    return true;
  }

  private void readOperator(Deque<Character> open) {
    Matcher matcher = at(OPERATOR, position);
    if (!matcher.lookingAt()) {
      throw new TemplateException(
          "unexpected character '" + Character.toString(source.codePointAt(position)) + "'");
    }
    String operator = matcher.group();
    char first = operator.charAt(0);
    if ("([{".indexOf(first) >= 0) {
      open.push(first == '(' ? ')' : first == '[' ? ']' : '}');
    } else if (")]}".indexOf(first) >= 0 && (open.isEmpty() || open.pop() != first)) {
      throw new TemplateException("unexpected '" + operator + "'");
    }
    add(Kind.OPERATOR, operator);
    position = matcher.end();
  }

  private void readText(char quote) {
    int end = position + 1;
    while (end < source.length() && source.charAt(end) != quote) {
      end += source.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= source.length()) {
      throw new TemplateException("a text is not closed with " + quote);
    }
    add(Kind.STRING, Escapes.resolve(source.substring(position + 1, end)));
    position = end + 1;
  }
}
