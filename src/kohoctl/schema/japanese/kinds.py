"""What the built-in kinds of channel are, and what their settings and their own versions of a message mean."""

KINDS = {
    # What goes out, and to whom
    "A page on a WordPress site, or in a folder of static files with an Atom feed.": (
        "WordPress のサイトのページ、又は Atom フィード付きの静的なファイルのページ。"
    ),
    "A page a message. A later occurrence of the message brings the same page up to date.": (
        "一つのメッセージが一つのページとなります。同じメッセージを後日また送ると、そのページを更新します。"
    ),
    "Posts and reposts of an account on X.": "X のアカウントの投稿及びリポスト。",
    "An account on X: posts with pictures, and reposts of other accounts' posts.": (
        "X のアカウント。画像を含む投稿と、他のアカウントの投稿のリポストができます。"
    ),
    "LINE: messages of an official account to all its friends (broadcast), to a list of them, or to one.": (
        "LINE公式アカウントのメッセージ。友だち全員、複数の友だち又は一人に送ります。"
    ),
    "An official account's way to its friends.": "LINE公式アカウント。宛先は友だちです。",
    "A spot's script and air dates, mailed to a station or an agency as a brief in PDF and DOCX.": (
        "ラジオCMの原稿と放送日。PDF 及び DOCX で、ラジオ局又は代理店にメール送付します。"
    ),
    "Stations or agencies are the recipients: name, email, and stations (with |) for an agency.": (
        "宛先は、ラジオ局又は代理店です（列は name、email。代理店では、局名を | で区切った stations も）。"
    ),
    "An official letter to each ministry, asking it to put up a flyer in its own facilities.": (
        "各府省に、その施設でのチラシの掲示をお願いする文書。"
    ),
    "Ministries are the recipients: name, email, facilities (with |), contact (a post there).": (
        "宛先は、府省です（列は name、email、施設を | で区切った facilities、担当の職を書く contact）。"
    ),
    "An official letter to associations and other bodies, asking them for something.": "関係団体などへの依頼文書。",
    "Associations are the recipients: name, email.": "宛先は、関係団体です（列は name、email）。",
    "報道発表資料, what an office tells the press, mailed to press clubs and papers.": (
        "報道発表資料。記者クラブ、新聞社などにメール送付します。"
    ),
    "The press are the recipients: name, email. The message's attachments are listed as its 添付資料.": (
        "宛先は、報道機関です（列は name、email）。メッセージの添付ファイルを、添付資料として列記します。"
    ),
    "記者会見のお知らせ for the press, and 想定問答 for the office itself.": (
        "報道機関への記者会見のお知らせと、組織内のための想定問答。"
    ),
    "The press are the recipients: name, email, and questions: yes for whom the expected questions are.": (
        "宛先は、報道機関です（列は name、email、questions。想定問答を送る宛先では、questions を yes とします）。"
    ),
    "電話応対の手引き, what operators say on the telephone, made anew whenever its text has changed.": (
        "電話応対の手引き。文章が変わるたびに、新しい版を送ります。"
    ),
    "Call centres are the recipients: name, email.": "宛先は、電話窓口です（列は name、email）。",
    "窓口対応の手引き for offices' counters, made anew whenever its text has changed.": (
        "窓口対応の手引き。文章が変わるたびに、新しい版を送ります。"
    ),
    "Offices are the recipients: name, email, and facilities (with |) for one with several.": (
        "宛先は、事務所です（列は name、email。複数の窓口があるときは、| で区切った facilities も）。"
    ),
    "連名のお知らせ, what an office says together with another body, in the name of both.": (
        "他の機関との連名のお知らせ。"
    ),
    "Whoever is told is a recipient: name, email.": "宛先は、お知らせする相手です（列は name、email）。",
    "開催通知, what convenes a council, with its 開催要綱 where the message gives one.": (
        "会議の開催通知。メッセージに開催要綱があるときは、それを添えます。"
    ),
    "Members are the recipients: name, email, and contact, a post there.": (
        "宛先は、構成員です（列は name、email、担当の職を書く contact）。"
    ),
    "A letter to each of many people, in print runs of a thousand, with an index of the pages.": (
        "名簿の一人一人に宛てた手紙。千通ごとの印刷用のファイルとし、ページの索引を付けます。"
    ),
    "People are the recipients: name, postcode, address and, where there is one, address2.": (
        "宛先は、個人です（列は name、postcode、address。必要に応じて address2）。"
    ),
    "A flyer that regional bureaus pass on to municipalities, with the 事務連絡 that asks them to.": (
        "地方支分部局から市区町村に配布していただくチラシと、その依頼の事務連絡。"
    ),
    "Bureaus are the recipients: name, email, and facilities, whom each passes it on to (with |).": (
        "宛先は、地方支分部局です（列は name、email、配布先を | で区切った facilities）。"
    ),
    "An advertisement, mailed to each paper or agency as a brief and the words in their space.": (
        "新聞広告。新聞社又は代理店に、出稿依頼書と、枠に収めた広告原稿をメール送付します。"
    ),
    (
        "Papers or agencies are the recipients: name and email, an agency's papers (with | between them),"
        " and width_mm and height_mm of its 突き出し."
    ): (
        "宛先は、新聞社又は代理店です（列は name、email、突き出しの寸法の width_mm 及び height_mm。"
        "代理店では、紙名を | で区切った papers も）。"
    ),
    # All kinds
    "Deliveries at the same time; the kind's own number if left out.": (
        "同時に行う配信の数。省略したときは、種類ごとの数です。"
    ),
    "At most so many deliveries in so long, such as 60/hour; the kind's own if left out.": (
        "一定の時間に行う配信の上限。60/hour（1時間に60件）のように書きます。省略したときは、種類ごとの上限です。"
    ),
    # website
    "The WordPress site that takes the pages.": "ページを掲載する WordPress のサイト。",
    "The site's address, under which /wp-json/ answers.": "サイトのアドレス。その下の /wp-json/ が応答するものです。",
    "The WordPress user, an author or editor.": "WordPress の利用者。投稿者又は編集者の権限が必要です。",
    "An application password of that user (profile page, Application Passwords).": (
        "その利用者のアプリケーションパスワード（プロフィールの画面で発行します）。"
    ),
    "Whether messages become posts or pages.": "メッセージを、投稿（posts）とするか固定ページ（pages）とするか。",
    "draft: a person publishes it by hand.": "公開の状態。draft（下書き）としたときは、人が公開します。",
    "Ids of the categories that posts belong to.": "投稿が属するカテゴリーの ID。",
    "Ids of the tags that posts carry.": "投稿に付けるタグの ID。",
    "MiB of the largest file that the site takes.": "サイトが受け付けるファイルの大きさの上限（MiB）。",
    "The folder of static files that takes the pages.": "ページを書き出す、静的なファイルのフォルダ。",
    "The site's folder, inside the campaign file's folder; made where it is missing.": (
        "サイトのフォルダ。広報ファイルのフォルダの中に置きます。ないときは、作成します。"
    ),
    "The address at which the folder is served.": "フォルダを公開しているアドレス。",
    "The site's title: in each page's head and in the feed.": "サイトの名称。各ページ及びフィードに示します。",
    "The pages' language (BCP 47), such as ja.": "ページの言語（BCP 47）。ja のように書きます。",
    "The page's name in its address; made from campaign and message if left out.": (
        "アドレスの中のページの名前（スラッグ）。省略したときは、広報とメッセージの ID から作ります。"
    ),
    "One or two sentences for lists and feeds; else the text's beginning.": (
        "一覧及びフィードに示す一、二文の要約。省略したときは、本文の冒頭です。"
    ),
    "Questions and answers, under the text.": "本文の下に掲載する質問と回答。",
    "A question that people ask, and what they are told.": "寄せられる質問と、その回答。",
    "The question, as people ask it. May hold {{ facts }}.": "質問。{{ 事実 }} を書くことができます。",
    "The answer. May hold {{ facts }}.": "回答。{{ 事実 }} を書くことができます。",
    # x
    "The account's name, without the @.": "アカウントの名前。@ は付けません。",
    (
        "A JSON object. For OAuth 1.0a: consumer_key, consumer_secret, access_token, access_token_secret."
        " For OAuth 2: client_id, client_secret where there is one, access_token, refresh_token; in a file,"
        " since kohoctl keeps renewed tokens there."
    ): (
        "JSON オブジェクト。OAuth 1.0a では consumer_key、consumer_secret、access_token、access_token_secret。"
        "OAuth 2 では client_id、client_secret（あるとき）、access_token、refresh_token。"
        "OAuth 2 では、更新したトークンを書き戻すため、ファイルに置きます。"
    ),
    (
        "The account's id. Without it, kohoctl asks X before each delivery whose the credentials are,"
        " and refuses to post as another account."
    ): (
        "アカウントの ID。省略したときは、配信のたびに認証情報がどのアカウントのものかを X に確かめ、"
        "別のアカウントとしては投稿しません。"
    ),
    "Where X's API is.": "X の API のアドレス。",
    # line
    "The account's channel access token.": "アカウントのチャネルアクセストークン。",
    "The Messaging API's address.": "Messaging API のアドレス。",
    (
        "broadcast: to every friend of the account. push: to each recipient's line_id. multicast: to the up to 500"
        " user ids in each recipient's line_ids, with spaces or | between them."
    ): (
        "送り方。broadcast は友だち全員、push は宛先ごとの line_id、multicast は宛先ごとの line_ids"
        "（空白又は | で区切った500までの利用者 ID）に送ります。"
    ),
    "Whether it arrives without a sound or notification.": "音や通知なしで届けるか。",
    "Further texts after the body, each a message of its own.": "本文に続く文章。それぞれ一つのメッセージとなります。",
    "Pictures after the texts, by their addresses.": "文章に続く画像。アドレスで示します。",
    "A picture that LINE fetches. It shows no alternative text, so what a picture says belongs into the text too.": (
        "LINE が取得する画像。代替テキストは示されないため、画像の内容は文章にも書いてください。"
    ),
    "The picture's https address: JPEG or PNG, 10 MB at most.": (
        "画像の https のアドレス。10 MB までの JPEG 又は PNG。"
    ),
    "The https address of a smaller one, 1 MB at most; else the same.": (
        "プレビュー用の小さい画像の https のアドレス（1 MB まで）。省略したときは、同じ画像です。"
    ),
    # Mail and documents
    "Who the mail comes from: 広報室 <koho@mhlw.example>.": (
        "メールの差出人。広報室 <koho@mhlw.example> のように書きます。"
    ),
    "Where answers go, where that is another address.": "返信先。差出人と異なるときに書きます。",
    "The mail address of its reader, where the channel has no recipients.": (
        "媒体に宛先の一覧がないときの、送付先のメールアドレス。"
    ),
    "To whom it is addressed, with the recipients' columns in braces: {name}\u3000御中.": (
        "宛名。宛先の列は {name}\u3000御中 のように、括弧に入れて書きます。"
    ),
    "Another addressee for this message.": "このメッセージでの宛名。",
    "Who issues it, a line each: the office, then its head by title.": (
        "発出者。組織の名称、その長の職名の順に、一行ずつ書きます。"
    ),
    "Whom its readers ask.": "読み手の問合せ先。",
    "The section: 年金局事業企画課広報係.": "担当の部署。年金局事業企画課広報係のように書きます。",
    "Its telephone number, as it is to be printed.": "その電話番号。印刷するとおりに書きます。",
    "Its mail address.": "そのメールアドレス。",
    "The document's template: one that a plugin brings, or a Typst file's path; else the kind's.": (
        "文書のテンプレート。プラグインのものの名前、又は Typst のファイルのパス。省略したときは、種類ごとのものです。"
    ),
    "The day by which its reader answers: 2015-06-12.": "回答期限。2015-06-12 のように書きます。",
    "文書番号: 年管企発0605第1号. An 依頼文書 needs one.": (
        "文書番号。年管企発0605第1号のように書きます。依頼文書では必要です。"
    ),
    "依頼文書 bears a number and the office's seal or （公印省略）, 事務連絡 neither.": (
        "文書の形式。依頼文書には文書番号と公印又は（公印省略）があり、事務連絡にはいずれもありません。"
    ),
    "Whether the office's seal is put on it; （公印省略） stands there if not.": (
        "公印を押すか。押さないときは、（公印省略）と記します。"
    ),
    "What stands under 記, a point each.": "記の下に書く事項。",
    "What stands under 記 after the facilities, a point each.": "記の下に、施設に続けて書く事項。",
    "What stands under 記 after the bodies, a point each.": "記の下に、配布先に続けて書く事項。",
    # radio-spot
    "広告主名: in whose name the spot is aired.": "広告主名。",
    "How long the spot is, silence included.": "CMの長さ（秒）。無音の部分を含みます。",
    "Seconds of silence at either end of the spot.": "CMの前後の無音（秒）。",
    "How fast it is read, pauses included: 7 is an ordinary announcer.": (
        "読む速さ（一秒当たりの拍数）。間を含みます。一般的なアナウンサーは 7 です。"
    ),
    "番組名: the programme that the spot is aired in.": "番組名。CMを放送する番組です。",
    "Whom the station asks.": "ラジオ局の問合せ先。",
    "What is read; the message's body if left out.": "読み上げる原稿。省略したときは、メッセージの本文です。",
    "How the script is read, in kana: its morae are then counted, not estimated.": (
        "原稿の読み。仮名で書くと、拍数を推計によらずに数えます。"
    ),
    "素材名: the spot's name; the message's title if left out.": "素材名。省略したときは、メッセージの題名です。",
    "素材判別情報: what tells this recording from others.": "素材判別情報。他の録音と見分けるための情報です。",
    "The days on which it is aired: 2015-06-13.": "放送日。2015-06-13 のように書きます。",
    "What there is to say of the times: 各日2回、正午前後を希望.": (
        "放送の時刻についての希望。各日2回、正午前後を希望、のように書きます。"
    ),
    # press-release and press-conference
    "What stands under the title, in smaller print.": "題名の下に小さく示す副題。",
    "解禁日時: the moment before which nothing is published, 2015-06-01T17:00.": (
        "解禁日時。2015-06-01T17:00 のように書きます。それまでは公表されません。"
    ),
    "What there is to say of a press conference: 本日17時から….": (
        "記者会見についての案内。本日17時から…、のように書きます。"
    ),
    "Whether the address in to is the press office's own, which gets the expected questions.": (
        "to のアドレスが、想定問答を受け取る広報担当のものか。"
    ),
    "When it begins: 2015-06-24T14:00.": "開始の日時。2015-06-24T14:00 のように書きます。",
    "When it ends: 2015-06-24T15:00.": "終了の日時。2015-06-24T15:00 のように書きます。",
    "Where it is held: 厚生労働省9階\u3000省議室.": "場所。厚生労働省9階\u3000省議室のように書きます。",
    "Who speaks, by title: 厚生労働大臣.": "会見者。厚生労働大臣のように、職名で書きます。",
    "How one registers for it, until the day in reply_by.": "参加の申込方法。期限は reply_by の日です。",
    "想定問答: the expected questions, for those readers alone who are marked.": (
        "想定問答。受け取ることとした宛先だけに送ります。"
    ),
    # call-centre and counter-guide
    'The number that people call: "{{ hotline }}".': '電話窓口の番号。"{{ hotline }}" のように書きます。',
    'When it is answered: "{{ hotline_hours }}".': '受付時間。"{{ hotline_hours }}" のように書きます。',
    "The first words to every caller.": "最初に述べる言葉。",
    "What callers ask, and what they are told.": "電話での質問と、その回答。",
    "What no caller is ever asked for, such as 口座番号.": "決してお尋ねしないこと。口座番号のように書きます。",
    "What operators do where they have no answer, a step each.": "答えられないときの手順。",
    "What is done, a step each, in order.": "対応の手順。行う順に書きます。",
    "How it is made sure who the person is.": "本人確認の方法。",
    "How the person is looked up in the system.": "システムでの照会の方法。",
    "What people ask, and what they are told.": "窓口での質問と、その回答。",
    'The number that people are told of: "{{ hotline }}".': ('御案内する電話番号。"{{ hotline }}" のように書きます。'),
    # partner-notice and meeting
    "The other bodies, in the order of their names.": "連名とする機関。名を記す順に書きます。",
    "Another body that says the same.": "連名とする機関。",
    "The body, a line each: the office, then its head by title.": (
        "機関。組織の名称、その長の職名の順に、一行ずつ書きます。"
    ),
    "Whom readers ask there.": "その機関の問合せ先。",
    "What meets: 年金情報流出に関する広報対応連絡会議.": (
        "会議の名称。年金情報流出に関する広報対応連絡会議のように書きます。"
    ),
    "文書番号: 年広発0624第1号; a notice without one is a 事務連絡.": (
        "文書番号。年広発0624第1号のように書きます。省略したときは、事務連絡となります。"
    ),
    "議題, a point each.": "議題。",
    "構成員, by office and post: each recipient's name begins one of them.": (
        "構成員の組織と職。宛先の name が、いずれかの先頭と一致する必要があります。"
    ),
    "開催要綱, part by part: a second document.": "開催要綱。項目ごとに書きます。別の文書となります。",
    "A part of a council's charter.": "開催要綱の項目。",
    "Its heading, without a number: 趣旨.": "項目の見出し。番号を付けずに、趣旨のように書きます。",
    "What it says. May hold {{ facts }}.": "項目の内容。{{ 事実 }} を書くことができます。",
    # letter
    "Who writes, a line each: the office, then its head by title.": (
        "差出人。組織の名称、その長の職名の順に、一行ずつ書きます。"
    ),
    "Whom people ask.": "受け取った方の問合せ先。",
    "The letter's template: one that a plugin brings, or a Typst file's path.": (
        "手紙のテンプレート。プラグインのものの名前、又は Typst のファイルのパス。"
    ),
    "Letters in one print run at the most.": "一つの印刷用のまとまりに入れる手紙の上限。",
    "Where the print runs are written, below the campaign file's folder.": (
        "印刷用のファイルを書き出すフォルダ。広報ファイルのフォルダの下に置きます。"
    ),
    # flyer and newspaper
    "The headline.": "見出し。",
    "What there is to know, a sentence or two each: three at the most.": "要点。それぞれ一、二文で、三つまで。",
    "The telephone number, set very large: {{ hotline }}.": "特に大きく示す電話番号。{{ hotline }} のように書きます。",
    "When it is answered: {{ hotline_hours }}.": "受付時間。{{ hotline_hours }} のように書きます。",
    "Who says so; the channel's owner if left out.": "発行者。省略したときは、媒体に責任を持つ組織です。",
    "広告主名: in whose name it is printed.": "広告主名。",
    "Millimetres of 全15段, across.": "全15段の幅（ミリメートル）。",
    "Millimetres of 全15段, down.": "全15段の高さ（ミリメートル）。",
    "Millimetres of a 突き出し, across.": "突き出しの幅（ミリメートル）。",
    "Millimetres of a 突き出し, down.": "突き出しの高さ（ミリメートル）。",
    "The template of the space, in its true size: a name, or a Typst file's path.": (
        "実寸の広告枠のテンプレート。名前、又は Typst のファイルのパス。"
    ),
    "Below the articles, or at a page's corner.": "枠の種類。記事下又は突き出し。",
    "段 of a 記事下, of 15 a page.": "記事下の段数。一ページは15段です。",
    "Part of the page's width: full, 1/2, or 1/8 (3段8割).": (
        "ページの幅に対する割合。full（全幅）、1/2、1/8（3段8割）のように書きます。"
    ),
    "The days on which it is printed: 2015-06-08.": "掲載日。2015-06-08 のように書きます。",
    "The first day of a span, instead of days.": "掲載期間の最初の日。days の代わりに書きます。",
    "The last day of the span.": "掲載期間の最後の日。",
    "The day for papers that print it on another, by the recipient's id: paper-5: 2015-06-09.": (
        "別の日に掲載する新聞の掲載日。宛先の ID を付けて、paper-5: 2015-06-09 のように書きます。"
    ),
    "What there is to say of the placing: 社会面、1色.": "掲載の面などの希望。社会面、1色、のように書きます。",
}
