"""What headings, sheets and values are called in English, Estonian, Lithuanian and Italian, without accents."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

_HEADINGS: Final = """
service.name: service; activity; tegevus; tegevuse nimetus; veikla; attivita; service name; name of service; services;
    program; programme name; program name; teenus; teenuse nimi; teenuse nimetus; teenused; toetava tegevuse nimi;
    paslauga; paslaugos pavadinimas; paslaugos; paslauga pavadinimas; servizio; nome servizio; nome del servizio;
    denominazione servizio; servizi
service.key: service id; service uri; psuri; service key; teenuse id; paslaugos id; id servizio
service.code: service code; service identifier; identifier; teenuse kood; teenuse tunnus; paslaugos kodas; codice
    servizio
service.description: service description; description of service; content of service; what is offered; teenuse
    kirjeldus; teenuse sisu; sisu; lühikirjeldus; paslaugos aprasymas; paslaugos turinys; turinys; descrizione
    servizio; descrizione del servizio; contenuto
service.condition: eligibility; condition; conditions; requirements; criteria; criterion; has criterion; who is
    eligible; prerequisites; admission; tingimused; tingimus; saamise tingimused; kriteeriumid; teenuse saamise
    tingimused; oigustatud isikud; salygos; kriterijai; teises gauti; gavimo salygos; requisiti; criteri; condizioni;
    a chi si rivolge requisiti
service.ages: age; ages; age group; age groups; age range; age band; vanus; vanused; vanuserühm; vanusegrupp; vanuses;
    sihtrühma vanus; amzius; amziaus grupe; amziaus grupes; eta; fascia di eta; fasce di eta
service.age_from: age from; minimum age; min age; from age; youngest; lower age; vanus alates; alates vanusest; vanus
    min; min vanus; vanus alampiir; vanus from; vanusest; amzius nuo; nuo amziaus; maziausias amzius; eta minima; eta
    da
service.age_to: age to; maximum age; max age; up to age; oldest; upper age; vanus kuni; kuni vanuseni; vanus max; max
    vanus; vanus ülempiir; amzius iki; iki amziaus; didziausias amzius; eta massima; eta a
service.access: access; how to get in; admission by; referral required; referral needed; entry; self referral;
    ligipääs; saatekiri; saatekirja vajadus; suunamine; suunamise vajadus; kuidas teenusele saab; teenusele saamine;
    juurdepääs; patekimas; kaip patenkama; siuntimas; reikalingas siuntimas; accesso; modalita di accesso
service.access_note: fee; fees; price; payment; cost for the client; cost to the client; has cost; application; how to
    apply; has channel; procedure; tasu; hind; kliendi omaosalus; omaosalus; teenustasu; taotlemine; kuidas taotleda;
    kaina; mokestis; kaip kreiptis; mokamas ar nemokamas; tariffa; costo per l utente; come fare; modalita di
    richiesta
service.consent: consent; whose consent; nousolek; kelle nousolek; vanema nousolek; sutikimas; consenso
service.legal_basis: legal basis; law; laws; legislation; legal resource; has legal resource; regulation; legal act;
    oiguslik alus; oigusakt; oigusaktid; seadus; alusdokument; legal basis title; teisinis pagrindas; teises aktas;
    teises aktai; istatymas; base giuridica; normativa; riferimenti normativi; legge
service.language: language; languages; service language; languages spoken; keel; keeled; teenuse keel; teeninduskeel;
    osutamise keel; kalba; kalbos; paslaugos kalba; lingua; lingue
service.status: status; state; service status; active; seis; staatus; olek; teenuse staatus; busena; statusas; stato
service.project: project; project name; funded by project; projekt; projekti nimi; projektas; projekto pavadinimas;
    progetto
service.valid_from: valid from; start date; offered since; since; start; algus; alguskuupäev; alates; pradzia; nuo
    kada; data inizio; inizio
service.valid_to: valid to; valid until; end date; expiration date; expires; offered until; lopp; loppkuupäev; kuni;
    pabaiga; iki kada; data fine; scadenza; fine
service.referred_by: referred by; who refers; suunaja; kes suunab; kas siuncia; inviato da
service.email: service email
service.phone: service phone
service.web: service website; landing page; is described at; service url; teenuse veebileht; url; link
service.contact: contact; contacts; contact point; has contact point; contact details; kontakt; kontaktid;
    kontaktandmed; kontaktai; kontaktas; kontaktiniai duomenys; contatti; contatto; recapiti
agency.name: provider; provider name; service provider; organisation; organization; organisation name; organization
    name; agency; agency name; institution; authority; competent authority; has competent authority; responsible
    institution; operator; offered by; provided by; owner; facility; facility name; provider organization;
    teenuseosutaja; teenuse osutaja; osutaja; osutajad; asutus; asutuse nimi; teenusepakkuja; pakkuja; organisatsioon;
    vastutav asutus; kes osutab; läbiviija; teikejas; paslaugos teikejas; istaiga; istaigos pavadinimas; organizacija;
    atsakinga istaiga; kas teikia; vykdytojas; ente; ente erogatore; gestore; organizzazione; fornitore; chi eroga
agency.key: provider id; organization id; organisation id; organisation uri; publicorganisation uri; agency id;
    asutuse id; istaigos id
agency.code: registry code; register code; registration code; registration number; registrationcode; company number;
    registrikood; registri kood; reg kood; rg kood; asutuse kood; imones kodas; istaigos kodas; kodas registre; codice
    fiscale; partita iva
agency.description: about the organisation; organisation description; asutuse kirjeldus; istaigos aprasymas
agency.kind: type of organisation; organisation type; provider type; kind of institution; legal form; asutuse liik;
    asutuse tüüp; osutaja liik; oiguslik vorm; istaigos tipas; istaigos rusis; teisine forma; tipo ente; forma
    giuridica
agency.sector: sector; field of activity; sektor; valdkond; tegevusala; sektorius; sritis; veiklos sritis; settore;
    ambito
agency.level: level of organisation; administrative level; tasand; haldustasand; valdymo lygis; livello
agency.ownership: ownership; public or private; omand; omandivorm; omanik; nuosavybe; nuosavybes forma; proprieta;
    pubblico privato
agency.part_of: parent organisation; parent organization; member of; part of organisation; ministry; member of name;
    provider member of; provider member of name; ülemorganisatsioon; ministeerium; haldusala; kuulub; pavaldumas;
    pavaldi; steigejas; ente superiore; ministero
agency.address: provider address; organisation address; asutuse aadress; istaigos adresas; indirizzo ente
agency.email: email; e mail; mail; email address; organisation email; epost; e post; meil; e posti aadress;
    elektroninis pastas; el pastas; el p; posta elettronica; indirizzo email; pec
agency.phone: phone; telephone; tel; phone number; telephone number; phones; fax; hotline; telefon; telefoninumber;
    lühinumber; faks; telefonas; telefono numeris; tel nr; faksas; telefono; numero di telefono; cellulare
agency.web: website; web; web page; homepage; web site; urls; internet; veeb; veebileht; koduleht; kodulehekülg;
    interneto svetaine; svetaine; tinklalapis; sito; sito web; sito internet; pagina web
agency.contact: organisation contacts; asutuse kontakt; istaigos kontaktai
agency.members: number of organisations; number of agencies; asutuste arv; istaigu skaicius
site.name: place; site; location; location name; site name; venue; service point; place of delivery; branch;
    teenuskoht; koht; osutamise koht; teenuse osutamise koht; toimumiskoht; teenusekoht; asukoht; punkt; hoone; vieta;
    teikimo vieta; paslaugos teikimo vieta; padalinys; sede; luogo; sede di erogazione
site.key: site id; location id; location uri; louri; koha id; vietos id
site.code: site code; building code; adr id; ads oid
site.address: zip; zip code; postal code; postcode; state province; postiindeks; pasto kodas; address; street address;
    street; postal address; full address; site address; address street; aadress; tänav; postiaadress; asukoha aadress;
    adresas; gatve; indirizzo; via
site.latitude: latitude; lat; y coordinate; laiuskraad; laius; platuma; latitudine
site.longitude: longitude; lon; lng; long; x coordinate; pikkuskraad; pikkus; ilguma; longitudine
territory.name: municipality; area; territory; region; town; city; parish; county; district; service area; catchment;
    coverage; where; spatial; local government; address city; kov; omavalitsus; kohalik omavalitsus; vald; linn; vald
    linn; maakond; piirkond; teeninduspiirkond; asula; territoorium; savivaldybe; seniunija; teritorija; vietove;
    gyvenviete; miestas; rajonas; aptarnaujama teritorija; comune; comuni; territorio; zona; provincia; citta
territory.key: territory id
territory.code: lau; lau code; ehak; ehak code; nuts; municipality code; area code of the territory; ehak kood; kov
    kood; valla kood; savivaldybes kodas; codice istat; territory code
territory.level: level of territory; territory level; tasand haldus; teritorijos lygis
territory.part_of: part of; belongs to county; within; kuulub maakonda; priklauso; parte di
target_group.name: target group; target groups; audience; clients; beneficiaries; for whom; users; who; target;
    gender; audience name; population served; sihtrühm; sihtgrupp; sihtrühmad; kellele; kellele mõeldud; kasutajad;
    kliendid; saajad; abivajaja; tiksline grupe; tikslines grupes; kam skirta; gavejai; klientai; paslaugu gavejai;
    destinatari; a chi si rivolge; utenza; beneficiari; target utenza
target_group.ages: ages of group; rühma vanus; grupes amzius
target_group.age_from: group age from
target_group.age_to: group age to
target_group.kind: client or professional; kind of group; rühma liik; grupes rusis
target_group.broader: broader group; wider group; ülemrühm; platesne grupe
need.name: need; needs; category; categories; topic; theme; thematic area; domain; subdomain; field; life event; is
    grouped by; related event; problem; type of service; service type; type of help; ~keyword; ~keywords; subject;
    vajadus; vajadused; abivajadus; teema; valdkonnad; kategooria; teenuse liik; teenuse valdkond; teenuse tüüp;
    probleem; elusündmus; poreikis; poreikiai; sritys; tema; kategorija; paslaugos rusis; paslaugos tipas; problema;
    bisogno; bisogni; area tematica; categoria; tipologia; tipo di servizio; ~parole chiave
need.broader: broader need; wider need; parent category; ülemvajadus; platesnis poreikis
risk_factor.name: risk factor; risk; sign; warning sign; riskitegur; ohumärk; risk factors; rizikos veiksnys; fattore
    di rischio
delivery.capacity: capacity; participants; number of participants; osalejate arv; dalyviu skaicius; partecipanti;
    places; number of places; beds; slots; clients per year; persons per year; maximum number; number served; clients
    served; users per year; maht; kohti; kohtade arv; mahutavus; kohad; kliente aastas; klientide arv; teenuse maht;
    teenindatavate arv; saajate arv; vietos; vietu skaicius; talpa; pajegumas; klientu skaicius; gaveju skaicius;
    aptarnauta asmenu; posti; numero posti; capienza; utenti anno; capacita
delivery.wait: waiting time; wait; waiting; waiting list days; days waiting; wait days; processing time; response
    time; ooteaeg; järjekord; ootejärjekord; ooteaeg päevades; ooteaja pikkus; menetlusaeg; laukimo laikas; eile;
    laukimas; laukimo trukme; tempo di attesa; tempi di attesa; attesa; tempi
delivery.duration: duration; length of stay; length of service; kestus; teenuse kestus; pikkus päevades; trukme;
    paslaugos trukme; durata
delivery.cost: cost; costs; budget; annual cost; expenditure; running cost; cost per year; kulu; kulud; eelarve;
    maksumus; aastane kulu; aasta eelarve; kaštai; islaidos; biudzetas; metines islaidos; costo; costi; spesa; spesa
    annua
delivery.fte: fte; full time equivalent; posts; staff; number of staff; positions; ametikohad; ametikohti; kohtade
    koormus; koormus; töötajate arv; täiskohta; spetsialistide arv; etatai; etatu skaicius; darbuotoju skaicius;
    pareigybes; personale; unita di personale; numero operatori
delivery.role: role; profession; specialist; occupation; ametikoht; amet; spetsialist; kes töötab; pareigos;
    specialistas; profesija; figura professionale; ruolo; professione
delivery.caseload: caseload; clients per worker; klienti spetsialisti kohta; koormus kliendid; atveju skaicius; carico
delivery.sessions_per_person: sessions per person; number of sessions; kordade arv; seansside arv; kohtumiste arv;
    uzsiemimu skaicius; numero incontri
delivery.hours_per_person: hours per person; tunde inimese kohta; valandu asmeniui; ore per persona
delivery.channel: channel; mode; mode of delivery; how delivered; form; place type; kanal; osutamise viis; vorm;
    osutamise vorm; kus osutatakse; teikimo budas; teikimo forma; kanalas; modalita; modalita di erogazione; canale
delivery.language: language of delivery
delivery.funded_until: funded until; funding ends; funding until; rahastus kuni; rahastuse lopp; finansavimas iki;
    finanziamento fino
delivery.note: note; notes; remark; remarks; comment; comments; other; additional information; short desc; märkus;
    märkused; kommentaar; lisainfo; muu; täpsustus; pastaba; pastabos; komentaras; kita; papildoma informacija; nota;
    note aggiuntive; osservazioni; commenti; altro
demand.persons: persons in need; number in need; people in need; demand; abivajajate arv; vajajate arv; nõudlus;
    poreikis asmenimis; reikia asmenu; persone con bisogno; domanda
demand.share: share in need; share of population; osakaal; vajajate osakaal; dalis; quota
population.persons: population; asmenu skaicius; inimeste arv; isikute arv; numero persone; inhabitants; residents;
    number of persons; elanike arv; rahvaarv; elanikke; gyventoju skaicius; gyventojai; popolazione; abitanti;
    residenti
population.date: date of count; as of; seisuga; data; rilevazione
cooperation.first: agency a; partner a; organisation 1; first partner; asutus 1; partner 1; istaiga 1; partneris 1;
    ente 1
cooperation.second: agency b; partner b; organisation 2; second partner; partner; asutus 2; partner 2; koostööpartner;
    istaiga 2; partneris 2; partneris; ente 2
cooperation.kind: kind of cooperation; type of cooperation; koostöö liik; koostöö vorm; bendradarbiavimo forma; tipo
    di collaborazione
cooperation.level: level of cooperation; cooperation level; intensity; koostöö tase; tase; bendradarbiavimo lygis;
    lygis; livello di collaborazione
cooperation.scale: scale; skaala; skale; scala
referral.sender: refers from; from service; sender; sending service; suunav teenus; kust; saatja; siuncianti paslauga;
    is kur; da servizio
referral.receiver: refers to; to service; receiver; receiving service; vastuvõttev teenus; kuhu; saaja teenus;
    priimanti paslauga; i kur; a servizio
referral.days: days to first contact; suunamise aeg; päevi; dienos; giorni
referral.acceptance: acceptance; accepted share; vastuvotu osakaal; priimta dalis; accettazione
referral.share: share referred; suunatute osakaal; nusiunciamu dalis; quota inviati
survey.status: mapped; mapping status; survey status; kaardistatud; kaardistuse seis; apklausta; zemelapio busena;
    mappato
survey.date: mapping date; date of mapping; kaardistamise aeg; kaardistuse kuupäev; apklausos data
survey.by: mapped by; kaardistaja; apklausos vykdytojas
project.name: title of project; name of project; projekti nimetus; titolo del progetto
project.start: project start; projekti algus; projekto pradzia; inizio progetto
project.end: project end; projekti lopp; projekto pabaiga; fine progetto
project.kind: kind of project; projekti liik
person.name: contact person; name of contact; responsible person; person responsible; manager; head; director;
    coordinator; employee; first name; last name; surname; kontaktisik; kontaktisiku nimi; vastutav isik; vastutaja;
    juhataja; juht; koordinaator; eesnimi; perekonnanimi; perenimi; kontaktinis asmuo; atsakingas asmuo; vadovas;
    direktorius; koordinatorius; vardas; pavarde; vardas pavarde; referente; responsabile; persona di contatto;
    cognome
person.code: personal code; personal identification; isikukood; asmens kodas; date of birth; sünniaeg; gimimo data
person.contact: personal phone; mobile; mobile phone; mobiil; mobiiltelefon; mob; mobilusis; mobilus; mob tel;
    cellulare personale
lookup.email: lookup email
lookup.text: text
ignore: last updated; date updated; last update; viimati uuendatud; viimati muudetud; paskutinis atnaujinimas; ultimo
    aggiornamento; nr; no; row number; jrk; jrk nr; jrk number; eil nr; n; numero; created at; updated at; created;
    updated; last modified; createdat; updatedat; revision id; version; classname; class name; type tag; muudetud;
    lisatud; atnaujinta; sukurta
*.name: name; title; nimi; nimetus; pealkiri; pavadinimas; nome; denominazione; titolo; preferred label
*.key: id; uri; key; object id; serial number; guid; uuid
*.code: code; kood; kodas; codice; identifier; tunnus
*.description: description; about; summary; kirjeldus; aprasymas; descrizione
*.kind: type; kind; liik; tüüp; tipas; rusis; tipo
"""

_NOUNS: Final = """
service: services; service; public service; programs; programmes; program; teenused; teenus; teenuste loetelu;
    teenuste kaart; paslaugos; paslauga; paslaugu sarasas; servizi; servizio; ps; psychosocial; offers
agency: agencies; organisations; organizations; organization; providers; provider; institutions; public organisation;
    agent; facilities; partners; asutused; asutus; organisatsioonid; teenuseosutajad; osutajad; istaigos;
    organizacijos; teikejai; enti; organizzazioni
site: sites; places; locations; location; venues; kohad; teenuskohad; asukohad; teenusekohad; vietos; luoghi; sedi
territory: territories; areas; municipalities; omavalitsused; vallad; piirkonnad; savivaldybes; teritorijos; comuni;
    territori
target_group: target groups; audience; sihtrühmad; sihtgrupid; tikslines grupes; destinatari
need: needs; categories; topics; taxonomy; life event; business event; vajadused; valdkonnad; teemad; poreikiai;
    sritys; bisogni
risk_factor: risk factors; signs; riskitegurid; ohumärgid; rizikos veiksniai; fattori di rischio
demand: demand; needs figures; nõudlus; vajajad; poreikis; domanda
population: population; residents; rahvastik; elanikud; gyventojai; popolazione
cooperation: cooperation; partnerships; network; koostöö; bendradarbiavimas; collaborazione; rete
referral: referrals; referral; pathways; suunamised; suunamine; siuntimai; nukreipimai; invii
survey: survey; mapping; coverage of mapping; kaardistus; kaardistamine; apklausa; mappatura
project: projects; funding; projektid; projektai; progetti
lookup: contact point; contacts; criterion requirement; evidence; cost; channel; rule; legal resource; ps dataset;
    output; concept; collection; linguisticsystem; opening hours specification; participation; legal basis url;
    phones; legend; codes; koodid; kontaktid; selgitused; kontaktai; paaiskinimai; contatti; legenda
"""

_CHOICES: Final = """
agency.kind=municipality: municipality; local government; city; town council; parish; omavalitsus; kov; vald; linn;
    vallavalitsus; linnavalitsus; savivaldybe; savivaldybes administracija; comune
agency.kind=association: association; union; liit; ühing; omavalitsuste liit; asociacija; sajunga; associazione
agency.kind=ministry: ministry; ministeerium; ministerija; ministero
agency.kind=state_agency: state agency; government agency; board; amet; riigiasutus; valstybes istaiga; valstybine
    istaiga; agenzia
agency.kind=school: school; gymnasium; kool; gümnaasium; põhikool; mokykla; gimnazija; scuola
agency.kind=kindergarten: kindergarten; nursery; preschool; lasteaed; darzelis; vaiku darzelis; lopselis darzelis;
    asilo
agency.kind=support_centre: support centre; counselling centre; tugikeskus; nõustamiskeskus; pagalbos centras;
    pedagogine psichologine tarnyba; centro di supporto
agency.kind=social_service: social service; social centre; sotsiaalkeskus; sotsiaalteenus; socialiniu paslaugu
    centras; social services; servizio sociale
agency.kind=care_centre: care centre; care home; day centre; hooldekodu; päevakeskus; globos namai; dienos centras;
    casa di cura
agency.kind=health_provider: health provider; hospital; clinic; family doctor; haigla; perearst; tervisekeskus;
    tervishoiuasutus; poliklinika; ligonine; sveikatos centras; ospedale
agency.kind=police: police; politsei; politseijaoskond; policija; polizia
agency.kind=library: library; raamatukogu; biblioteka; biblioteca
agency.kind=ngo: ngo; non profit; nonprofit; charity; foundation; mtü; sa; sihtasutus; mittetulundusühing; nvo; vsi;
    viesoji istaiga; labdaros fondas; associazione no profit; onlus
agency.kind=company: company; business; private company; oü; as; fie; ettevõte; äriühing; uab; imone; azienda; srl
agency.kind=unit: unit; department; osakond; skyrius; reparto; noortekeskus
agency.kind=other: other; muu; kita; kitas; altro
agency.sector=education: education; haridus; svietimas; svietimo; istruzione
agency.sector=social: social; social work; welfare; sotsiaal; sotsiaaltöö; sotsiaalvaldkond; hoolekanne;
    sotsiaalhoolekanne; socialine; socialines paslaugos; socialine apsauga; socialinis; sociale
agency.sector=child_protection: child protection; lastekaitse; vaiko teisiu apsauga; vaiko teises; tutela minori
agency.sector=health: health; healthcare; medical; tervis; tervishoid; sveikata; sveikatos apsauga; sanita; salute
agency.sector=youth: youth; youth work; noorsootöö; noored; noorte valdkond; jaunimas; darbas su jaunimu; giovani
agency.sector=police: police; safety; politsei; turvalisus; policija; sicurezza
agency.sector=justice: justice; courts; õigus; kohus; teisingumas; giustizia
agency.sector=employment: employment; work; labour; töö; tööhõive; uzimtumas; darbas; lavoro
agency.sector=culture: culture; sport; kultuur; kultura; cultura
agency.sector=community: community; kogukond; bendruomene; comunita
agency.sector=administration: administration; haldus; juhtimine; administravimas; amministrazione
agency.sector=other: other; muu; kita; altro
agency.level=national: national; state; riiklik; riik; valstybinis; nacionalinis; nazionale; statale
agency.level=county: county; regional; maakondlik; maakond; apskrities; regioninis; provinciale; regionale
agency.level=municipal: municipal; local; kohalik; omavalitsus; savivaldybes; vietinis; comunale
agency.level=institution: institution; asutus; istaiga; istituto
agency.level=foreign: foreign; international; välisriigi; rahvusvaheline; uzsienio; estero
agency.ownership=public: public; avalik; munitsipaal; riik; viesas; viesoji; valstybine; pubblico
agency.ownership=private: private; era; eraettevõte; privatus; privati; privato
agency.ownership=mixed: mixed; sega; misrus; misri; misto
territory.level=country: country; riik; valstybe; salis; paese; stato
territory.level=region: region; regioon; regionas; regione
territory.level=county: county; maakond; apskritis; provincia
territory.level=municipality: municipality; vald; linn; omavalitsus; savivaldybe; comune
territory.level=eldership: eldership; osavald; seniunija; circoscrizione
territory.level=settlement: settlement; village; küla; alevik; alev; asula; kaimas; miestelis; frazione
target_group.kind=final: clients; client; final; kliendid; lõppkasutajad; klientai; finale
target_group.kind=professional: staff; professionals; professional; spetsialistid; töötajad; specialistai;
    darbuotojai; professionale
service.access=open: open; free access; self referral; walk in; no referral; anyone; vaba; avatud; vabalt; ise; ise
    pöördudes; pöördub ise; saatekirjata; laisvai; atvira; kreipiasi pats; be siuntimo; savarankiskai; libero; accesso
    libero
service.access=referral: referral; by referral; referral needed; on referral; saatekiri; saatekirjaga; suunamisel;
    suunamisega; spetsialisti suunamisel; siuntimas; su siuntimu; gavus siuntima; invio; su invio
service.access=decision: decision; by decision; assessment; application and decision; otsus; otsusega; otsuse alusel;
    kov otsus; hindamise alusel; haldusakt; sprendimas; sprendimu; pagal sprendima; decisione; valutazione
service.consent=none: none; not needed; ei ole vaja; pole vaja; ei vaja; nereikia; nereikalingas; non necessario
service.consent=person: person; own; client; inimene ise; isiku; klient; asmuo; asmens; persona
service.consent=guardian: guardian; parent; parents; vanem; lapsevanem; vanema; eestkostja; tevai; tevu; globejas;
    genitore
service.consent=person_and_guardian: person and guardian; both; child and parent; laps ja vanem; mõlemad; vaikas ir
    tevai; entrambi
service.status=active: active; open; in use; published; aktiivne; toimib; töötab; avatud; kehtiv; teikiama; veikia;
    aktyvus; galioja; attivo; status attivo
service.status=planned: planned; future; plaanis; kavandatud; planeeritud; planuojama; planuojamas; pianificato
service.status=pilot: pilot; trial; piloot; katse; prooviteenus; bandomasis; bandomoji; sperimentale
service.status=closed: closed; ended; archived; inactive; defunct; suletud; lõpetatud; lõppenud; arhiveeritud;
    uzdaryta; nutraukta; baigta; nebeteikiama; chiuso; cessato
delivery.channel=on_site: on site; at the centre; in person; office; face to face; kohapeal; asutuses; keskuses;
    silmast silma; kontaktteenus; vietoje; istaigoje; centre; in sede; in presenza
delivery.channel=mobile: mobile; at home; home visit; outreach; liikuv; mobiilne; kodus; kodukülastus; väljasõit;
    mobili; namuose; isvaziuojamoji; a domicilio; mobile a domicilio
delivery.channel=online: online; on line; remote; video; phone; e service; veebis; veeb; kaugteel; internetis;
    telefoni teel; nuotoliniu budu; internetu; nuotoliniu; in linea; da remoto
cooperation.kind=cooperates: cooperates; cooperation; koostöö; bendradarbiauja; bendradarbiavimas; collabora
cooperation.kind=partners: partners; partnership; partnerlus; partnerid; partneriai; partneryste; partner
cooperation.kind=refers: refers; referral; suunab; suunamine; siuncia; invia
cooperation.kind=funds: funds; funding; rahastab; rahastus; finansuoja; finanzia
cooperation.kind=supervises: supervises; järelevalve; juhendab; priziuri; supervisiona
cooperation.kind=trains: trains; koolitab; moko; forma
cooperation.kind=shares_information: shares information; information; infovahetus; jagab infot; dalijasi informacija;
    keicia informacija; scambia informazioni
cooperation.kind=shares_premises: shares premises; ühised ruumid; bendros patalpos; condivide sede
cooperation.kind=coordinates: coordinates; koordineerib; koordinuoja; coordina
cooperation.kind=contracts: contracts; contract; leping; sutartis; contratto
survey.status=complete: complete; fully; yes; täielik; täielikult; kõik; jah; visiskai; pilnai; taip; completo
survey.status=partial: partial; partly; in progress; osaliselt; osaline; pooleli; is dalies; dalinai; parziale
survey.status=not_asked: not asked; no; not mapped; küsimata; ei küsitud; kaardistamata; ei; neklausta; ne; non
    chiesto
project.kind=project: project; projekt; projektas; progetto
project.kind=programme: programme; program; programm; programa; programma
project.kind=call: call; taotlusvoor; kvietimas; bando
project.kind=measure: measure; meede; priemone; misura
"""

_LANGUAGES: Final = """
et: et; est; ee; estonian; eesti; eesti keel; eesti keeles; estu; estu kalba; estone
ru: ru; rus; russian; vene; vene keel; vene keeles; rusu; rusu kalba; russo
en: en; eng; english; inglise; inglise keel; inglise keeles; anglu; anglu kalba; inglese
lt: lt; lit; lithuanian; leedu; leedu keel; lietuviu; lietuviu kalba; lituano
lv: lv; lav; latvian; läti; läti keel; latviu; lettone
pl: pl; pol; polish; poola; poola keel; lenku; lenku kalba; polacco
uk: uk; ukr; ukrainian; ukraina; ukraina keel; ukrainieciu; ukrainieciu kalba; ucraino
fi: fi; fin; finnish; soome; soome keel; suomiu; finlandese
de: de; ger; deu; german; saksa; saksa keel; vokieciu; tedesco
fr: fr; fre; fra; french; prantsuse; prancuzu; francese
it: it; ita; italian; itaalia; italu; italiano; lingua italiana
es: es; spa; spanish; hispaania; ispanu; spagnolo
sv: sv; swe; swedish; rootsi; svedu; svedese
zh: zh; chi; zho; chinese; mandarin; cantonese; hiina; kinu; cinese
tl: tl; tgl; tagalog; filipino
vi: vi; vie; vietnamese; vietnami; vietnamieciu; vietnamita
sgn: sgn; sign language; sign; viipekeel; viipekeeles; eesti viipekeel; gestu kalba; gestu; lingua dei segni
"""

_TOTALS_TEXT: Final = """
kokku summa total totals totale totali sum grand overall viso is in koguarv vahesumma subtotal suma bendrai
"""
TOTALS: Final = frozenset(_TOTALS_TEXT.split())
"""First words of a row of totals (with `is viso` in two words)."""

NOTES: Final = (
    "markus", "markused", "note", "notes", "pastaba", "pastabos", "nota", "allikas", "source", "saltinis", "fonte",
    "selgitus", "legend", "legenda", "koostas", "koostaja", "parenge", "prepared by", "updated", "uuendatud",
    "andmed seisuga", "seisuga", "paaiskinimas",
)  # fmt: skip
"""Beginnings of notes below a table."""

_TERRITORY_WORDS_TEXT: Final = """
vald valla linn linna maakond alev alevik kula osavald parish municipality county town district borough savivaldybe
savivaldybes seniunija seniunijos rajonas miestas apskritis comune provincia
"""
TERRITORY_WORDS: Final = frozenset(_TERRITORY_WORDS_TEXT.split())
"""Words that say that a name is the name of a territory."""

_GROUP_WORDS_TEXT: Final = """
lapsed laps noored noor noorukid eakad eakas pered pere puudega puuetega toimetulekuraskustega erivajadusega
children child youth young elderly older families family disabled women men adults parents students pupils vaikai
vaiku jaunimas jaunuoliai senyvo pagyvene seimos seima negalia suauge moterys tevai mokiniai taiskasvanud opilased
vanemad naised mehed lapsevanemad tooealised tootud koolieelikud minori bambini giovani anziani famiglie donne
disabili adulti genitori homeless veterans seniors
"""
GROUP_WORDS: Final = frozenset(_GROUP_WORDS_TEXT.split())
"""Words that say that a name is the name of a target group."""


_UNITS: Final = """
days: days day paev paeva paevad paevades diena dienos dienomis dienu dienas giorni giorno
weeks: weeks week sav nadal nadalat nadalad nadalates savaite savaites savaitemis savaiciu settimane settimana
months: months month kuu kuud kuudes kuus menuo menesiai menesiais menesiu men mesi mese
years: years year aasta aastat aastad metai metu metus anni anno
hours: hours hour tund tundi tunde tunnid valandos valandomis valandu ore ora
places: places place beds slots kohti kohta kohad kohtade vietos vietu vieta posti posto
persons: persons people person clients served klient klienti kliente klientide inimest isikut asmenu asmenys klientu
    gaveju persone persona utenti
percent: percent protsent protsenti procentai procentas percentuale
EUR: eur euro euros eurot eurodes euru
sessions: sessions korda kohtumist seanssi kartus kartai uzsiemimai incontri
"""
THOUSANDS: Final = frozenset(
    ("thousand", "thousands", "tuh", "tuhat", "tuhandetes", "tukst", "tukstanciais", "migliaia", "mila")
)
"""Words that say that amounts are counted in thousands."""


@cache
def _unit_words() -> dict[str, str]:
    return {word: name for name, phrases in _table(_UNITS) for phrase in phrases for word in phrase.split()}


def unit_of(words: Iterable[str]) -> str | None:
    """Name the unit that some words speak of.

    Parameters
    ----------
    words
        Folded words.

    Returns
    -------
    str | None
        ``days``, ``months``, ``places`` ...; None where no word is a unit.

    Examples
    --------
    >>> from integrated_services.io._mapping_words import unit_of
    >>> unit_of(["ooteaeg", "nadalates"]), unit_of(["hind"])
    ('weeks', None)
    """
    known = _unit_words()
    return next((known[word] for word in words if word in known), None)


def _table(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    joined = re.sub(r"\n +", " ", text.strip())  # a line that begins with blanks continues the one before
    lines = (line.partition(": ") for line in joined.splitlines())
    return tuple((name, tuple(phrase.strip() for phrase in phrases.split(";"))) for name, _, phrases in lines)


@cache
def heading_phrases() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Give what the headings of each field are called.

    Returns
    -------
    tuple[tuple[str, tuple[str, ...]], ...]
        Path of a field (``*`` for the noun of the table) and phrases.
    """
    return _table(_HEADINGS)


@cache
def noun_phrases() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Give what sheets of each noun are called.

    Returns
    -------
    tuple[tuple[str, tuple[str, ...]], ...]
        Noun and phrases.
    """
    return _table(_NOUNS)


@cache
def choice_phrases(path: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Give what the choices of a field are called.

    Parameters
    ----------
    path
        Path of the field, such as ``delivery.channel``, or of one that shares its words.

    Returns
    -------
    tuple[tuple[str, tuple[str, ...]], ...]
        Choice and phrases.
    """
    path = {"referral.consent": "service.consent"}.get(path, path)
    if path.endswith(".language"):
        return _table(_LANGUAGES)
    return tuple(
        (name.partition("=")[2], phrases) for name, phrases in _table(_CHOICES) if name.partition("=")[0] == path
    )
