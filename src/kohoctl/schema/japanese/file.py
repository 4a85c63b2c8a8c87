"""What a campaign file's own keys mean, and what an editor says of mistakes in them."""

FILE = {
    "A campaign file.": "広報ファイル。",
    "Version of this format: 1.": "この書式の版。1 と書きます。",
    "IANA name of the timezone that times without an offset are in.": (
        "時差の書かれていない日時が属するタイムゾーン。IANA の名称で書きます。"
    ),
    "Folders or files of plugins, beside the installed ones.": (
        "導入済みのもののほかに使うプラグインの、フォルダ又はファイル。"
    ),
    "A plugin's file and the only content that is allowed in it.": "プラグインのファイルと、認められる唯一の内容。",
    "The plugin's file, from the campaign file's folder.": (
        "プラグインのファイル。広報ファイルのフォルダからのパスで書きます。"
    ),
    "SHA-256 of the file, as sha256sum prints it: with any other content it is not loaded.": (
        "ファイルの SHA-256。sha256sum の出力のとおりに書きます。内容が異なるときは、読み込みません。"
    ),
    "How late a message may still go out: 30 minutes, 1 hour, 2 days.": (
        "予定の時刻をどれだけ過ぎても送るか（猶予）。30 minutes（30分）、2 days（2日）のように書きます。"
    ),
    "Facts by name: {{ name }} in texts.": "事実とその名前。文章の中では {{ 名前 }} と書きます。",
    "The file's facts: {facts}": "このファイルの事実：{facts}",
    "Calendars by name.": "暦とその名前。",
    "Lists of recipients by name.": "宛先の一覧とその名前。",
    "The server that takes the campaign's mail.": "広報のメールを送信するサーバ。",
    "The channels by name.": "媒体とその名前。",
    "The campaigns by id.": "広報とその ID。",
    # Calendars
    "Days that come again: a day of some months, or dates one by one.": (
        "繰り返し訪れる日。特定の月の決まった日、又は一つずつ書いた日付です。"
    ),
    "The months, as numbers from 1 to 12.": "月。1 から 12 までの数で書きます。",
    "The day of each of these months: 1 to 31, or last.": "その月の日。1 から 31 まで、又は last（末日）。",
    "The days one by one, instead of months and day.": "months と day の代わりに、一つずつ書く日付。",
    "Where a day is no business day: back or forward to one, or none to keep it.": (
        "休日に当たるときの扱い。back は直前の営業日、forward は直後の営業日、none はそのままとします。"
    ),
    # Recipients
    "A list of recipients in a CSV file with a line of column names; the column id is needed.": (
        "CSV ファイルにある宛先の一覧。先頭の行に列の名前を書きます。id の列が必要です。"
    ),
    "Found out by itself where left out.": "文字コード。省略したときは、自動で判別します。",
    "Whether these are people, whom kohoctl's records are not to name.": (
        "個人の名簿か。true とすると、kohoctl の記録に個人を特定できる情報を残しません。"
    ),
    "With personal: the secret under which a person is known by a hash.": (
        "personal とともに書く、個人を示すハッシュの鍵とする認証情報。"
    ),
    "The recipient's id, a part of the deliveries' keys: it stays as it is.": (
        "宛先の ID。配信のキーの一部となるため、変更しません。"
    ),
    # Secrets and mail
    "Name of the environment variable that holds the secret.": "認証情報を入れた環境変数の名前。",
    "Path of the file that holds the secret; its last newline is dropped.": (
        "認証情報を入れたファイルのパス。末尾の改行は除きます。"
    ),
    "The SMTP server's name.": "SMTP サーバの名前。",
    "587 for STARTTLS, 465 for TLS from the start.": "STARTTLS では 587、最初から TLS とするときは 465。",
    "How the connection is encrypted; none is for a server on this machine only.": (
        "通信を暗号化する方法。none（暗号化しない）は、このコンピュータにあるサーバに限ります。"
    ),
    "The user to log in as, where the server asks for one.": "サーバがログインを求めるときの利用者名。",
    "That user's password.": "その利用者のパスワード。",
    # Channels, campaigns and messages
    "A named way out: its kind, its owner and its recipients. All other keys are the kind's own settings.": (
        "名前を付けた媒体。種類、責任を持つ組織及び宛先を書きます。その他の項目は、種類ごとの設定です。"
    ),
    "The kind: a plugin's word, such as website.": "媒体の種類。website のような、プラグインが定める語です。",
    "Who answers for the channel.": "媒体に責任を持つ組織。",
    "Name of one of the file's lists of recipients.": "このファイルにある宛先の一覧の名前。",
    "One effort with an owner and messages.": "一つの広報。責任を持つ組織とメッセージがあります。",
    "The campaign's title.": "広報の件名。",
    "Who answers for it.": "広報に責任を持つ組織。",
    "How late its messages may still go out.": "この広報のメッセージを、予定の時刻をどれだけ過ぎても送るか（猶予）。",
    "The messages by id.": "メッセージとその ID。",
    "What is said: a title, a body, and, where a channel needs other words, its own version.": (
        "伝える内容。題名と本文があり、媒体によって言葉を変えるときは、その媒体のための版を書きます。"
    ),
    "The title. May hold {{ facts }}.": "題名。{{ 事実 }} を書くことができます。",
    "The text. May hold {{ facts }}.": "本文。{{ 事実 }} を書くことができます。",
    "Pictures.": "画像。",
    "A picture beside the campaign file.": "広報ファイルとともに置いた画像。",
    "Path, from the campaign file's folder.": "広報ファイルのフォルダからのパス。",
    "What it shows, for those who cannot see it.": (
        "画像が示すもの（代替テキスト）。見ることのできない方のために書きます。"
    ),
    "Files that go with it, as paths from the file's folder; of a Typst file, the PDF made of it.": (
        "添付するファイル。広報ファイルのフォルダからのパスで書きます。Typst のファイルは、PDF にして添付します。"
    ),
    "When it goes out.": "送る日時。",
    "How late it may still go out: 30 minutes.": (
        "予定の時刻をどれだけ過ぎても送るか（猶予）。30 minutes（30分）のように書きます。"
    ),
    "A message of this campaign whose post is passed on, instead of title and body.": (
        "リポストの対象とする、この広報のメッセージ。題名と本文の代わりに書きます。"
    ),
    "Id of the message, in the same campaign.": "同じ広報のメッセージの ID。",
    "Which of its channels, where it goes out by several of the kind.": (
        "同じ種類の複数の媒体で送られているときに、対象とする媒体。"
    ),
    "Another message's post to pass on.": "リポストの対象とする、他のメッセージの投稿。",
    "The channels by name: a list, or each with its own version.": (
        "送る媒体の名前。一覧とするか、媒体ごとに、その媒体のための版とともに書きます。"
    ),
    'What the report says was done; the title if left out. With "", it is no action of its own.': (
        '報告に書く、実施したこと。省略したときは題名です。"" とすると、独立した項目としません。'
    ),
    "Who did it, in the report; the channels' owners if left out.": (
        "報告に書く、実施した主体。省略したときは、媒体に責任を持つ組織です。"
    ),
    # When
    "The time of day, such as 10:00, or several.": "時刻。10:00 のように書きます。複数書くこともできます。",
    "Days to add to each day: -1 day, 2 business days.": (
        "それぞれの日に加える日数。-1 day（前日）、2 business days（2営業日後）のように書きます。"
    ),
    "Days to leave out.": "除く日。",
    "The first day.": "最初の日。",
    "The last day.": "最後の日。",
    "mon to sun, or 月 to 日.": "曜日。mon から sun まで、又は月から日まで。",
    "The days.": "日付。",
    "Name of a calendar: the file's own, or one that a plugin brings.": (
        "暦の名前。このファイルの暦、又はプラグインの暦です。"
    ),
    "Id of the message to wait for.": "送られるのを待つメッセージの ID。",
    "The one of its channels to wait for; all of them if left out.": (
        "待つ対象とする媒体。省略したときは、そのすべてです。"
    ),
    "How long after it: 30 minutes, 1 hour, 2 days.": (
        "そのメッセージが送られてからの時間。30 minutes（30分）、1 hour（1時間）、2 days（2日）のように書きます。"
    ),
    # A message's own version
    "What this channel says instead of the message, or beside it.": (
        "この媒体で、メッセージの内容に代え、又は加えて伝えること。"
    ),
    "Another title for this channel.": "この媒体での題名。",
    "Another text for this channel.": "この媒体での本文。",
    "Pictures for this channel instead of the message's.": "この媒体で、メッセージの画像に代えて用いる画像。",
    "Files for this channel instead of the message's.": (
        "この媒体で、メッセージの添付ファイルに代えて添付するファイル。"
    ),
}

MISTAKES = {
    "this is to be a whole number": "整数を書いてください",
    "this is to be a number": "数を書いてください",
    "this is to be true or false": "true 又は false と書いてください",
    "a day is a year, a month and a day: 2015-06-05": "日付は、年月日を 2015-06-05 のように書きます",
    "a moment is a day and a time: 2015-06-04T10:00": "日時は、日付と時刻を 2015-06-04T10:00 のように書きます",
    "a time of day is an hour and minutes: 10:00": "時刻は、時と分を 10:00 のように書きます",
    "a length of time is a number and a unit: 30 minutes": "時間は、数と単位を 30 minutes のように書きます",
    "an offset is a number of days or business days: -1 day": "日数は、-1 day 又は 2 business days のように書きます",
    "a rate is a number, a slash and a span: 60/hour, 100/15 minutes": (
        "頻度は、件数と時間を 60/hour 又は 100/15 minutes のように書きます"
    ),
    "an id is made of a to z, 0 to 9, and . _ - in between, 64 characters at most": (
        "ID は、a から z まで、0 から 9 まで、並びに間に入る . _ - を用いて、64文字以内で書きます"
    ),
    "a fact's name is made of letters, digits and _, and is not recipient or earlier": (
        "事実の名前は、文字、数字及び _ を用いて書きます。recipient 及び earlier は使えません"
    ),
    "a fact holds plain text: it cannot use another fact": (
        "事実には、文字だけを書きます。別の事実を使うことはできません"
    ),
    "a secret does not stand in the file: write {env: NAME} or {file: PATH}": (
        "認証情報は、このファイルに書きません。{env: NAME} 又は {file: PATH} と書いてください"
    ),
    "not an https:// address (http:// is for this machine only)": (
        "https:// で始まるアドレスではありません（http:// は、このコンピュータに限ります）"
    ),
    "mail to another machine is encrypted: security is starttls or tls": (
        "他のコンピュータへのメールは暗号化します。security は starttls 又は tls としてください"
    ),
    "a calendar has either months and a day, or dates: {months: [2, 4], day: 15}": (
        "暦には、months と day の組又は dates の一方を書きます"
    ),
    "give personal and key together: personal: true, key: {env: KOHOCTL_PEOPLE_KEY}": (
        "personal と key は、ともに書いてください"
    ),
    "give either wordpress or folder": "wordpress 又は folder の一方を書いてください",
    "the file had no such name when this schema was made: correct it, or make the schema anew with kohoctl schema": (
        "スキーマの作成時には、この名前はありません。名前を直すか、kohoctl schema で作り直してください"
    ),
}
