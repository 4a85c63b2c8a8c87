"""The JSON Schema of a campaign file, by which an editor completes, explains and checks it."""

from kohoctl.schema.kinds import usable_kinds as usable_kinds
from kohoctl.schema.language import LANGS as LANGS
from kohoctl.schema.language import Language as Language
from kohoctl.schema.names import Names as Names
from kohoctl.schema.names import names_in as names_in
from kohoctl.schema.whole import campaign_file_schema as campaign_file_schema
