// Puts the findings of the schema and of the YAML parser into words for the person who mends the file.
import type { ErrorCode } from "yaml";
import type { z } from "zod";

/** Both texts are Vietnamese, then English after ` | `. */
export interface Words {
  readonly message: string;
  readonly fix: string;
}

const notValid = "Giá trị không hợp lệ | Not a valid value";
const seeExample = "Xem mẫu đúng bằng lệnh `tiepdon config example` | See a correct file with `tiepdon config example`";

const kinds: Readonly<Record<string, readonly [vietnamese: string, english: string]>> = {
  string: ["chữ", "text"],
  number: ["số", "a number"],
  int: ["số nguyên", "a whole number"],
  boolean: ["true hoặc false", "true or false"],
  array: ["danh sách", "a list"],
  object: ["nhóm khóa", "a group of keys"],
  record: ["nhóm khóa", "a group of keys"],
};

const limits = {
  too_small: { inclusive: ["từ", "at least"], exclusive: ["lớn hơn", "more than"] },
  too_big: { inclusive: ["tối đa", "at most"], exclusive: ["nhỏ hơn", "less than"] },
} as const;

/** Where a size limit applies to characters or items, the unit; a bare number has none. */
const units: Readonly<Record<string, readonly [vietnamese: string, english: string]>> = {
  string: [" ký tự", " characters"],
  array: [" mục", " items"],
};

/** The words for a key that the schema asks for and the file lacks. */
export function missingKeyWords(key: string): Words {
  return {
    message: `Thiếu khóa "${key}" | The key "${key}" is missing`,
    fix: `Thêm dòng "${key}: …" vào đây | Add a line "${key}: …" here`,
  };
}

/** The words for a key that the schema does not know; `nearest` is the known key that was probably meant. */
export function unknownKeyWords(key: string, known: readonly string[]): Words {
  const shown = key.slice(0, keyCharactersShownMax);
  const nearest = nearestWord(key, known);
  return {
    message: `Không có khóa "${shown}" | There is no key "${shown}"`,
    fix:
      nearest === undefined
        ? `Xóa dòng này; các khóa dùng được: ${known.join(", ")} | Remove this line; the keys here are: ${known.join(", ")}`
        : didYouMean(nearest),
  };
}

/** The words for any other finding of the schema, used where the schema itself has none. */
export function issueWords(issue: z.core.$ZodRawIssue): Words {
  switch (issue.code) {
    case "invalid_type": {
      const [vietnamese, english] = kinds[issue.expected] ?? [issue.expected, issue.expected];
      return {
        message: `Phải là ${vietnamese} | Must be ${english}`,
        fix: `Viết lại thành ${vietnamese} | Write ${english}`,
      };
    }
    case "too_small":
    case "too_big": {
      const bound = issue.code === "too_small" ? issue.minimum : issue.maximum;
      const [vietnamese, english] = limits[issue.code][issue.inclusive === false ? "exclusive" : "inclusive"];
      const [unit, englishUnit] = units[issue.origin] ?? ["", ""];
      return {
        message: `Phải ${vietnamese} ${bound}${unit} | Must be ${english} ${bound}${englishUnit}`,
        fix: `Đổi thành giá trị ${vietnamese} ${bound}${unit} | Change it to ${english} ${bound}${englishUnit}`,
      };
    }
    case "invalid_value":
      return oneOfWords(issue.values.map(String), issue.input);
    case "invalid_union":
      // Only a union with a discriminating key lists what that key may say.
      if ("options" in issue && Array.isArray(issue.options)) return oneOfWords(issue.options.map(String), undefined);
      return { message: notValid, fix: seeExample };
    case "invalid_format":
      return {
        message: `Sai dạng ${issue.format} | Not in the form of ${issue.format}`,
        fix:
          issue.pattern === undefined
            ? seeExample
            : `Viết theo mẫu ${issue.pattern} | Write it to match ${issue.pattern}`,
      };
    case "custom": {
      const { fix } = issue.params ?? {};
      return { message: notValid, fix: typeof fix === "string" ? fix : seeExample };
    }
    default:
      return { message: notValid, fix: seeExample };
  }
}

function oneOfWords(allowed: readonly string[], input: unknown): Words {
  const list = allowed.join(", ");
  const nearest = typeof input === "string" ? nearestWord(input, allowed) : undefined;
  return {
    message: `Chỉ nhận: ${list} | Must be one of: ${list}`,
    fix: nearest === undefined ? `Chọn một trong: ${list} | Choose one of: ${list}` : didYouMean(nearest),
  };
}

const didYouMean = (word: string): string => `Có phải "${word}"? | Did you mean "${word}"?`;

const yamlWords: Readonly<Partial<Record<ErrorCode, Words>>> = {
  DUPLICATE_KEY: {
    message: "Khóa này viết hai lần | This key occurs twice",
    fix: "Giữ lại một dòng | Keep only one of the lines",
  },
  TAB_AS_INDENT: {
    message: "Dùng phím TAB để thụt dòng | A TAB is used to indent",
    fix: "Thay TAB bằng dấu cách | Indent with blanks",
  },
  BAD_INDENT: {
    message: "Thụt dòng không thẳng hàng | The indentation does not line up",
    fix: "Cho các khóa cùng cấp thẳng hàng | Line up the keys of one level",
  },
  MULTIPLE_DOCS: {
    message: "Nhiều tài liệu YAML trong một tệp | More than one YAML document in the file",
    fix: 'Xóa dòng "---" ở giữa tệp | Remove the line "---" inside the file',
  },
};

/** The words for what the YAML parser found, by its code; its own sentence is left out, since it may repeat the file. */
export function yamlErrorWords(code: ErrorCode): Words {
  return (
    yamlWords[code] ?? {
      message: `YAML viết sai (${code}) | Not valid YAML (${code})`,
      fix: 'Xem dấu ":", dấu nháy và thụt dòng quanh đây | Check the colon, the quotes and the indentation around here',
    }
  );
}

/** Characters of an unknown key that are repeated to the reader: enough to find it, too little to flood a screen. */
const keyCharactersShownMax = 40;

/** Edits between a mistyped word and the one that was meant: one in three characters is a slip, more is another word. */
function nearestWord(word: string, known: readonly string[]): string | undefined {
  const typed = word.slice(0, keyCharactersShownMax).toLowerCase();
  let nearest: string | undefined;
  let fewest = Math.max(1, Math.floor(typed.length / 3)) + 1;
  for (const candidate of known) {
    const edits = editDistance(typed, candidate.toLowerCase());
    if (edits < fewest) [nearest, fewest] = [candidate, edits];
  }
  return nearest;
}

/** Letters inserted, dropped or exchanged to get from one word to the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const exchanged = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(exchanged, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
